/** What makes no sense together: each reason names both sides. */
import { type Backend, isOutlived, OPTIONS_OF, type Scope, type StackConfig } from './config.ts';
import { nonsenseOfRings } from './ring/nonsense.ts';

/**
 * Why a configuration makes no sense, or null. Each reason names both sides.
 * Everything else is possible, however unwise: an unwise stack is what a fuzzer is for.
 */
export function nonsense(config: StackConfig): string | null {
  return nonsenseOfGuests(config) ?? nonsenseOfRings(config) ?? nonsenseOfOne(config);
}

/** Backends that several guests can share: those that are a thread of the host's kernel each, with no page cache. */
const SHARED_BACKENDS: readonly Backend[] = ['blkback', 'reference', 'blkback-drain'];
const MERGING_BACKENDS: readonly Backend[] = ['blkback', 'reference'];
/** Sectors of all guests together. */
const GROUP_SECTORS_MAX = 1_048_576;

function nonsenseOfGuests({ guests = 1, groupSync = 'serial', backend, disk, faults }: StackConfig): string | null {
  if (guests > 1 && faults !== undefined)
    return `${guests} guests and faults: faults are injected with one guest alone`;
  if (guests > 1 && !SHARED_BACKENDS.includes(backend))
    return `${guests} guests and backend ${backend}: several guests share ${SHARED_BACKENDS.join(', ')} alone`;
  if (guests > 1 && guests * disk.sectors > GROUP_SECTORS_MAX)
    return `${guests} guests and ${disk.sectors} sectors: several guests have ${GROUP_SECTORS_MAX} sectors together at the most`;
  if (groupSync === 'merge' && !MERGING_BACKENDS.includes(backend))
    return `group-sync merge and backend ${backend}: ${MERGING_BACKENDS.join(' and ')} alone know merge points`;
  return null;
}

function nonsenseOfOne(config: StackConfig): string | null {
  const { mode, frontend, backend, kernel } = config;
  const flushSingletons = mode === 'drain-flush' || mode === 'drain-fua' || mode === 'tag-flush' || mode === 'tag-fua';
  const isOld = frontend === '2.6.18' || frontend === '2.6.36';
  const strange = strangeOption(config);
  if (strange !== null) return `option ${strange} and backend ${backend}: that backend has no such option`;
  if (backend === 'direct' && frontend !== 'generic')
    return `frontend ${frontend} and backend direct: direct has no ring, so there is no frontend to choose`;
  if (backend === 'direct' && mode === 'negotiated')
    return 'mode negotiated and backend direct: direct has no XenStore to negotiate through';
  if (backend === 'direct' && config.features !== undefined)
    return 'features and backend direct: direct has no XenStore to write them to';
  const ringFault = config.faults?.find((fault) => fault !== 'eio' && fault !== 'late');
  if (backend === 'direct' && ringFault !== undefined)
    return `fault ${ringFault} and backend direct: direct has neither ring nor backend`;
  if (mode === 'negotiated' && frontend === 'generic')
    return 'mode negotiated and frontend generic: generic does whatever the mode says; name a real frontend';
  if (isOld && mode === 'flush-fua')
    return `frontend ${frontend} and mode flush-fua: that frontend is older than the flush-fua rules of 2.6.37`;
  if (isOld && kernel === '2.6.35' && flushSingletons)
    return `frontend ${frontend} and mode ${mode} on kernel 2.6.35: its flushes are not FS type there, and that frontend fails them`;
  if (frontend === '3.6' && mode !== 'negotiated' && mode !== 'flush-fua')
    return `frontend 3.6 and mode ${mode}: that frontend is newer than ordered queues; it knows the flush-fua rules alone`;
  return null;
}

function strangeOption({ backend, backendOptions = {} }: StackConfig): string | null {
  const known: readonly string[] = OPTIONS_OF[backend] ?? [];
  return Object.keys(backendOptions).find((option) => !known.includes(option)) ?? null;
}

/** Why a stack has no crash of this scope, or null. */
export function scopeNonsense({ backend, guests = 1, faults, ring }: StackConfig, scope: Scope): string | null {
  if (isOutlived(scope) && (ring.rings ?? 1) > 1)
    return `crash ${scope} and ${ring.rings} rings: what several rings leave to those who go on is not modelled`;
  if (isOutlived(scope) && guests > 1) return `crash ${scope} and ${guests} guests: several guests lose power together`;
  // Both are the action `crash`.
  if (isOutlived(scope) && faults?.includes('migrate') === true)
    return `crash ${scope} and fault migrate: a run that goes on after its crash has no other migration`;
  if (backend !== 'direct' || (scope !== 'backend' && scope !== 'migrate')) return null;
  return `crash ${scope} and backend direct: direct has no backend to ${scope === 'backend' ? 'die' : 'migrate to'}`;
}
