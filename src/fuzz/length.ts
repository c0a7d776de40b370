/** How long a run may get, by its program and stack. */
import { type Program, programsOf } from '../guest/program.ts';
import type { StackConfig } from '../stack/config.ts';

/** Bios that a program's operations make, roughly: what the length of a run depends on. */
export function pieceCount(program: Program, stack: StackConfig): number {
  const sectorsMax = stack.backend === 'direct' ? 1024 : 88;
  let pieces = 0;
  for (const { opCount, count } of programsOf(program)) {
    pieces += opCount;
    for (let op = 0; op < opCount; op++) pieces += Math.floor(count[op] / sectorsMax);
  }
  return pieces;
}

/**
 * Where power loss is drawn from: [0, limit]. Most runs are over before the limit, and those lose power at their end,
 * when all promises are out and nothing more will be destaged: the richest moment of all.
 */
export function crashStepLimit(pieces: number, stack: StackConfig): number {
  return pieces * (stack.backend === 'direct' ? 5 : 14);
}
