/** Hand-made histories in a few words, for the tests of single rules. */
import { History } from '../../src/base/history.ts';
import { decodeHistory } from '../../src/contract/decode.ts';
import type { Guarantee, VerdictName } from '../../src/contract/guarantees.ts';
import { GUARANTEES, VERDICT_NAMES } from '../../src/contract/guarantees.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import type { Violation } from '../../src/contract/verdict.ts';
import { violationsOf } from '../../src/contract/verdict.ts';

/**
 * One operation: `write 0-1 1..2` is a write of sectors 0 and 1, submitted at 1, completed ok at 2. Without a second time it
 * never completes; `eio` at the end makes it fail; `f1` names a file; `= 3,-1` are the versions a read returns.
 */
export function operation(text: string, id: number): Record<string, unknown> {
  const pattern =
    /^(?<kind>\w+)(?: f(?<file>\d+))?(?: (?<first>\d+)(?:-(?<last>\d+))?)? (?<submit>\d+)\.\.(?<complete>\d+)?(?: (?<error>eio|eopnotsupp))?(?: = (?<versions>.*))?$/;
  const part = pattern.exec(text)?.groups;
  if (part === undefined) throw new Error(`no operation: ${text}`);
  const { kind, file, first, last = first, submit, complete, error, versions } = part;
  return {
    id,
    kind,
    thread: 0,
    ...(file === undefined ? {} : { file: Number(file) }),
    ...(first === undefined ? {} : { sector: Number(first), count: Number(last) - Number(first) + 1 }),
    submit: Number(submit),
    complete: complete === undefined ? null : Number(complete),
    status: error ?? (complete === undefined ? null : 'ok'),
    ...(versions === undefined ? {} : { versions: versions.split(',').map(version) }),
  };
}

function version(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** A document of eight sectors; `image` lists sector:version pairs, as in `0:1 3:torn`. */
export function documentOf(ops: readonly string[], image: string, rest: object = {}): Record<string, unknown> {
  return {
    format: 'blkfuzz.history/1',
    sectors: 8,
    atomicSectors: 1,
    ops: ops.map(operation),
    crash: { at: 1000 },
    image:
      image === ''
        ? []
        : image.split(' ').map((entry) => {
            const [sector, held] = entry.split(':');
            return [Number(sector), version(held)];
          }),
    ...rest,
  };
}

const history = new History();
const oracle = new Oracle();

/** The verdict on one guarantee. */
export function verdictOn(guarantee: Guarantee, ops: readonly string[], image: string, rest: object = {}): VerdictName {
  decodeHistory(documentOf(ops, image, rest), history);
  return VERDICT_NAMES[oracle.judge(history).code[GUARANTEES.indexOf(guarantee)]];
}

/** The witnesses of everything violated. */
export function witnesses(ops: readonly string[], image: string, rest: object = {}): Violation[] {
  decodeHistory(documentOf(ops, image, rest), history);
  return violationsOf(oracle.judge(history));
}
