/** What several rings of one frontend can't be put together with. */

/** Of a configuration (config.ts) what the rings have to go with. */
interface Surroundings {
  readonly ring: { readonly rings?: number };
  readonly backend: string;
  readonly frontend: string;
  readonly kernel: string;
  readonly guests?: number;
  readonly groupSync?: string;
  readonly faults?: readonly string[];
}

/** Backends that serve several rings, with a thread for each. */
const MULTI_RING_BACKENDS: readonly string[] = ['blkback', 'blkback-drain'];

/** Why a configuration with several rings makes no sense, or null. */
export function nonsenseOfRings({ ring, guests = 1, groupSync, ...config }: Surroundings): string | null {
  const { rings = 1 } = ring;
  if (rings === 1) return null;
  const { backend, frontend, kernel, faults } = config;
  if (!MULTI_RING_BACKENDS.includes(backend))
    return `${rings} rings and backend ${backend}: ${MULTI_RING_BACKENDS.join(' and ')} alone have a thread for each ring`;
  if (frontend !== 'generic')
    return `${rings} rings and frontend ${frontend}: that frontend is older than several rings`;
  if (kernel === '2.6.36')
    return `${rings} rings and kernel ${kernel}: a barrier that waits for the other rings is never let go there`;
  if (guests > 1 || groupSync !== undefined)
    return `${rings} rings and several guests: each of several guests has one ring`;
  return faults === undefined ? null : `${rings} rings and faults: faults are injected with one ring alone`;
}
