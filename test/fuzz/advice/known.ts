/** Litmus cases, and what exploring an edited workload comes to, without any code of the search. */
import { readFileSync } from 'node:fs';
import type { GuestCase } from '../../../dist/case/case.js';
import { decodeCase } from '../../../dist/case/decode.js';
import { exploreTask } from '../../../dist/campaign/explorable.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import type { Operation } from '../../../dist/guest/operation.js';
import type { Mode } from '../../../dist/stack/config.js';

export type Threads = readonly (readonly Operation[])[];

export function litmus(name: string): GuestCase {
  const path = new URL(`../../../corpus/litmus/${name}.case.json`, import.meta.url);
  return decodeCase(readFileSync(path, 'utf8')) as GuestCase;
}

/** The case with other operations, on the same stack or with another mode. */
export function caseWith(c: GuestCase, threads: Threads, mode: GuestCase['stack']['mode'] = c.stack.mode): GuestCase {
  return { ...c, guests: [{ threads }], stack: { ...c.stack, mode } };
}

/** Every schedule and every image: whether nothing is violated. */
export function holds(c: GuestCase): boolean {
  const options = { ...EXPLORE_BOUNDS, keepGoing: false, reduced: true };
  const found = exploreTask({ stack: c.stack, scope: c.scope, workloads: c.guests, options });
  if (found.bound !== null) throw new Error('too large to be explored by a test');
  return found.violations.length === 0;
}

const WAIT: Operation = { op: 'wait' };
const INSERTED: readonly Operation[] = [
  WAIT,
  { op: 'flush' },
  { op: 'barrier', count: 0 },
  { op: 'barrier', sector: 63, count: 1 },
  { op: 'fsync', file: 1 },
  { op: 'fdatasync', file: 1 },
];

/** Every workload that is one change away: any operation anywhere, a wait beside it or not, any write or empty barrier made more. */
export function oneChange(threads: Threads, waits = true): Threads[] {
  const found: Threads[] = [];
  threads.forEach((steps, thread) => {
    const replaced = (own: readonly Operation[]): Threads => threads.map((other, t) => (t === thread ? own : other));
    for (let at = 0; at <= steps.length; at++) {
      for (const operation of INSERTED)
        for (const inserted of waits ? [[operation], [WAIT, operation], [operation, WAIT]] : [[operation]])
          found.push(replaced([...steps.slice(0, at), ...inserted, ...steps.slice(at)]));
      for (const operation of strongerOf(steps[at]))
        found.push(replaced([...steps.slice(0, at), operation, ...steps.slice(at + 1)]));
    }
  });
  return [...new Map(found.map((changed) => [JSON.stringify(changed), changed])).values()];
}

function strongerOf(operation: Operation | undefined): Operation[] {
  if (operation?.op === 'write')
    return [
      { ...operation, op: 'fua' },
      { ...operation, op: 'barrier' },
    ];
  if (operation?.op === 'fua') return [{ ...operation, op: 'barrier' }];
  return operation?.op === 'barrier' && operation.count === 0 ? [{ op: 'barrier', sector: 63, count: 1 }] : [];
}

export const MENDING_MODES: readonly Mode[] = [
  'drain',
  'drain-flush',
  'drain-fua',
  'tag',
  'tag-flush',
  'tag-fua',
  'flush-fua',
];
