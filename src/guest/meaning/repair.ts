/**
 * What a guest does when it comes back, as a program of its own: with a log, every block that recovery takes out of it is
 * written in its place, waited for and flushed, and the record of the log's beginning moves behind what was replayed. Its
 * operations follow those of the first run, whose ids and roles stay as they are, so that both can be spoken of together.
 * Reads are left out: they change nothing. A guest that never writes over anything has nothing to do.
 */
import type { Planted } from '../../stack/mutants.ts';
import type { Operation } from '../operation.ts';
import { type Program, ProgramBuilder } from '../program.ts';
import type { Meaning } from './meaning.ts';
import { recover, sourceOf } from './recovery.ts';

/** Files of the write-ahead log, as its writer names them. */
const LOG = 1;
const DATABASE = 2;

/** Null: nothing to do. @param image what the device holds. */
export function repairOf(meaning: Meaning, image: Int32Array, planted: Planted): Program | null {
  if (meaning.guest === 'cow') return null;
  const recovery = recover(meaning);
  let step = recovery.next();
  while (step.done !== true) step = recovery.next(image[step.value]);
  const found = step.value;
  if (found.end === found.first) return null;
  const tx = meaning.transactions[found.end - 1].tx + 1;
  const homes = meaning.blocks.flatMap((block) => {
    const source = sourceOf(meaning, found, block)!;
    if (source.inPlace) return [];
    const role = meaning.program.roles[image[source.sector]] ?? null;
    // What is no copy of the block breaks the promise before recovery has begun.
    return role?.block === block ? [{ block, tx: role.tx }] : [];
  });
  return behind(meaning.program, tx > 30 ? [] : stepsOf(meaning, homes, tx, planted));
}

interface Home {
  readonly block: number;
  readonly tx: number;
}

function stepsOf({ guest, tailSectors }: Meaning, homes: readonly Home[], tx: number, planted: Planted): Operation[] {
  const tail = { part: 'tail', tx } as const;
  const sector = tailSectors[0] ?? 0;
  const record = { sector, count: 1, role: tail };
  const wait: Operation = { op: 'wait', role: tail };
  const place = (home: Home): { sector: number; count: number; role: Operation['role'] & object } => ({
    sector: home.block,
    count: 1,
    role: { part: 'home', ...home },
  });
  if (guest === 'wal')
    return [
      ...homes.map((home): Operation => ({ op: 'bufwrite', file: DATABASE, ...place(home) })),
      // B28: only the log is synced.
      ...(planted.is('B28') && planted.reach() ? [] : [{ op: 'fsync', file: DATABASE, role: tail } as const]),
      { op: 'bufwrite', file: LOG, ...record },
      { op: 'fsync', file: LOG, role: tail },
    ];
  const writes = homes.map((home): Operation => ({ op: 'write', ...place(home) }));
  if (guest === 'reiserfs') return [...writes, wait, { op: 'barrier', ...record }, wait];
  // B24: what has been replayed is not flushed.
  const flush: Operation[] = planted.is('B24') && planted.reach() ? [] : [{ op: 'flush', role: tail }];
  return [...writes, wait, ...flush, { op: 'fua', ...record }, wait];
}

/** The rows of the program, none of them taken again, and one thread of what follows. */
function behind(program: Program, operations: readonly Operation[]): Program {
  const builder = new ProgramBuilder();
  for (let op = 0; op < program.opCount; op++) builder.addPast(program, op);
  for (const operation of operations) builder.add(operation);
  builder.endThread();
  return builder.build(program.sectorCount, program.guest);
}
