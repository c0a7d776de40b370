/** What frontend and backend agreed on, and what that led to, in the words of an explanation. */
import { abilitiesOf, featuresOf, flushCarrier, type Mode } from '../../stack/config.ts';
import type { RingRequest, Scene } from './scene.ts';

const CHOICE: Readonly<Partial<Record<Mode, string>>> = {
  none: 'no ordering at all (QUEUE_ORDERED_NONE)',
  drain: 'barriers that drain and flush nothing (QUEUE_ORDERED_DRAIN)',
  tag: 'plain tagged barriers (QUEUE_ORDERED_TAG)',
};

/** Why the frontend runs in this mode, with a blank behind it; empty where the mode was asked for. */
export function choiceText({ case: c, mode }: Scene): string {
  if (c.stack.mode !== 'negotiated') return '';
  const { barrier } = featuresOf(c.stack);
  const found = barrier === 'absent' ? 'no feature-barrier' : `feature-barrier = ${barrier}`;
  return `The frontend of ${c.stack.frontend} found ${found} and chose ${CHOICE[mode]}. `;
}

/** Where the mode was negotiated: what it did not know of, with a blank before it. */
export function cacheText({ case: c, disk }: Scene): string {
  if (c.stack.mode !== 'negotiated' || disk.cache !== 'writeback') return '';
  const { backend } = c.stack;
  return ` But the disk behind ${backend} has a write-back cache. A barrier with data makes ${backend} flush it; the empty barrier never leaves the guest.`;
}

/** What the backend does with the operation that carries flushes and barriers: 1, or why it refuses. */
function ability({ case: c }: Scene): 'absent' | 0 | 1 {
  const { barrier, flushCache } = abilitiesOf(c.stack);
  return flushCarrier(c.stack) === 'flushDiskcache' ? flushCache : barrier;
}

/** Whether the frontend's queue may have no flush to send. */
export function isFlushless(scene: Scene): boolean {
  const { stack } = scene.case;
  return stack.frontend === '3.6' && (flushCarrier(stack) === null || ability(scene) !== 1);
}

/** Whether the backend refused this request. */
export function isRefused(scene: Scene, { kind, fua }: RingRequest): boolean {
  const isCarrier =
    kind === 'flush' || kind === 'barrier' || (fua && flushCarrier(scene.case.stack) === 'writeBarrier');
  return scene.hostMode !== null && isCarrier && ability(scene) !== 1;
}

/** How the backend answers what it doesn't do, and what the frontend makes of that; null: it does it. */
export function refusalText(scene: Scene): string | null {
  const { stack } = scene.case;
  const own = ability(scene);
  if (scene.hostMode === null || own === 1) return null;
  const operation = flushCarrier(stack) === 'flushDiskcache' ? 'FLUSH_DISKCACHE' : 'WRITE_BARRIER';
  const answer = own === 0 ? `answered ${operation} with EOPNOTSUPP` : `does not know ${operation} and answered ERROR`;
  const success =
    stack.frontend === '3.6' ? '; the frontend of 3.6 makes success of it and sends no flush from then on' : '';
  return `${stack.backend} ${answer}: it wrote nothing and flushed nothing${success}.`;
}
