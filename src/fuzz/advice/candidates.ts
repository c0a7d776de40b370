/**
 * The edits that are tried, in the order in which advice prefers them: insertions, conversions, modes. Left out is what
 * changes nothing: a wait where nothing is open or at a thread's end, whatever stands first in a guest of one thread,
 * and what comes to the same as an insertion a place further. In mode none the queue refuses barriers and flushes, so
 * neither is put there; and no mode is turned into none, which would break off promises instead of keeping them.
 */
import type { Operation, Workload } from '../../guest/operation.ts';
import { type DiskConfig, MODES, type Mode, type StackConfig, resolveMode } from '../../stack/config.ts';
import { nonsense } from '../../stack/nonsense.ts';
import type { Edit, GuestEdit } from './edits.ts';

const WAIT: Operation = { op: 'wait' };
const FLUSH: Operation = { op: 'flush' };
const EMPTY_BARRIER: Operation = { op: 'barrier', count: 0 };

/** Kinds that don't keep their thread (modes.md rule 2). */
const ASYNCHRONOUS: readonly Operation['op'][] = ['write', 'fua', 'barrier', 'discard', 'read'];

/** Edits of the guest under a mode: insertions by thread and place, then conversions. */
export function guestEdits(workload: Workload, stack: StackConfig): GuestEdit[] {
  const payload = sparePayload(workload, stack.disk);
  const canFlush = resolveMode(stack) !== 'none';
  const insertions = workload.threads.flatMap((steps, thread) =>
    [...steps, null].flatMap((_, step) => {
      if (step === 0 && workload.threads.length === 1) return [];
      const lists = insertionsAt(steps, step, filesOf(workload), payload, canFlush);
      return lists.map((operations): GuestEdit => ({ kind: 'insert', thread, step, operations }));
    }),
  );
  const conversions = workload.threads.flatMap((steps, thread) =>
    steps.flatMap((operation, step) =>
      stronger(operation, payload, canFlush).map((other): GuestEdit => ({
        kind: 'convert',
        thread,
        step,
        operation: other,
      })),
    ),
  );
  return [...insertions, ...conversions];
}

/** What may be put before a step. A flush covers what has completed: where something may be open, it waits first. */
function insertionsAt(
  steps: readonly Operation[],
  step: number,
  files: readonly number[],
  payload: Operation | null,
  canFlush: boolean,
): Operation[][] {
  const next = steps[step];
  const isOpen = steps
    .slice(steps.slice(0, step).findLastIndex(({ op }) => op === 'wait') + 1, step)
    .some(isAsynchronous);
  const isWaitIdle = next === undefined || next.op === 'wait';
  const syncs: Operation[] = [...(canFlush ? [FLUSH] : []), ...files.map((file): Operation => ({ op: 'fsync', file }))];
  const barriers = canFlush ? [EMPTY_BARRIER, ...(payload === null ? [] : [payload])] : [];
  return [
    ...(isOpen && !isWaitIdle ? [[WAIT]] : []),
    ...syncs.flatMap((sync) => (!isOpen ? [[sync]] : next?.op === 'wait' ? [] : [[WAIT, sync]])),
    ...barriers.map((barrier) => [barrier]),
    ...(isWaitIdle ? [] : barriers.map((barrier) => [barrier, WAIT])),
  ];
}

function isAsynchronous({ op }: Operation): boolean {
  return ASYNCHRONOUS.includes(op);
}

function filesOf({ threads }: Workload): number[] {
  return [...new Set(threads.flat().flatMap((operation) => ('file' in operation ? [operation.file] : [])))].sort(
    (a, b) => a - b,
  );
}

/** What an operation can be turned into that does the same and promises all that it promised, and more. */
function stronger(operation: Operation, payload: Operation | null, canFlush: boolean): Operation[] {
  if (operation.op === 'write')
    return [{ ...operation, op: 'fua' }, ...(canFlush ? [{ ...operation, op: 'barrier' } as const] : [])];
  if (!canFlush) return [];
  if (operation.op === 'fua') return [{ ...operation, op: 'barrier' }];
  return operation.op === 'barrier' && operation.count === 0 && payload !== null ? [payload] : [];
}

/** A barrier on an atomic unit that nothing else touches, the last such; null where every unit is in use. */
export function sparePayload({ threads }: Workload, disk: DiskConfig): Operation | null {
  const count = disk.atomic / 512;
  const used = new Set<number>();
  for (const operation of threads.flat())
    if ('sector' in operation)
      for (let i = 0; i < operation.count; i++) used.add(Math.floor(((operation.sector ?? 0) + i) / count));
  for (let unit = Math.floor(disk.sectors / count) - 1; unit >= 0; unit--)
    if (!used.has(unit)) return { op: 'barrier', sector: unit * count, count };
  return null;
}

/** Every other mode that makes sense with the rest of the stack. */
export function modeEdits(stack: StackConfig): Edit[] {
  const own = resolveMode(stack);
  return MODES.filter((mode) => mode !== 'none' && mode !== own && nonsense({ ...stack, mode }) === null).map(
    (mode) => ({
      kind: 'mode',
      mode,
    }),
  );
}

/** Commands that a mode sends for a barrier with a payload; none of this family for the others. */
const COMMAND_COUNT: Readonly<Partial<Record<Mode, number>>> = {
  'drain-flush': 3,
  'tag-flush': 3,
  'drain-fua': 2,
  'tag-fua': 2,
  drain: 1,
  tag: 1,
};

/** Modes that send fewer flushes, the fewest first, and among equals those that order as the mode does now. */
export function weakerModes(stack: StackConfig): Mode[] {
  const own = resolveMode(stack);
  const count = COMMAND_COUNT[own] ?? 0;
  const orders = (mode: Mode): number => (mode.slice(0, 3) === own.slice(0, 3) ? 0 : 1);
  return MODES.filter((mode) => (COMMAND_COUNT[mode] ?? count) < count && nonsense({ ...stack, mode }) === null).sort(
    (a, b) => COMMAND_COUNT[a]! - COMMAND_COUNT[b]! || orders(a) - orders(b),
  );
}
