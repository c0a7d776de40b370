/**
 * The program's word on what *some* image violates (`exact` of a history document), against every image that the second
 * oracle builds out of the document alone. Imports nothing of src: the program is run, and its output is read.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DiskDocument } from './life.ts';
import { violatedByDrawn, violatedBySome } from './oracle.ts';
import { survivingImages } from './surviving.ts';

type Document = DiskDocument & { name: string; violations: { guarantee: string }[]; exact?: string[] };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT = 3;
const IMAGES_MAX = 256;
/** Backends, and what else is asked for. Of several guests there is a document each. */
const SYSTEMS: readonly (readonly [backend: string, ...more: string[]])[] = [
  ['direct'],
  ['blkback'],
  ['loop'],
  ['reference'],
  ['blkback', '--guests', '2', '--ops', '12'],
  ['reference', '--guests', '2', '--ops', '12', '--group-sync', 'merge'],
];
/** What is lost, and the disk. */
const CRASHES = [
  ['power', 'cache=writeback'],
  ['power', 'fua=yes'],
  ['power', 'cache=none'],
  ['power', 'tags=ignored'],
  ['power', 'flush=ignored'],
  ['power', 'destage=fifo'],
  ['power', 'destage=fifo,fua=yes'],
  ['power', 'destage=epoch'],
  ['power', 'destage=epoch,atomic=4096'],
  ['power', 'atomic=4096'],
  ['host', 'tags=honoured'],
  ['host', 'tags=ignored'],
];

/** The documents of the first runs of every mode. */
function documentsOf([backend, ...more]: (typeof SYSTEMS)[number], disk: string, scope: string): Document[] {
  const words = ['run', '--emit-histories', String(COUNT), '--check', 'exact', '--sectors', '16'];
  const stack = ['--seed', `exact ${backend} ${disk} ${scope}`, '--backend', backend, '--disk', disk, '--crash', scope];
  const asked = more.length === 0 ? ['--ops', '6'] : more;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/blkfuzz.js', ...words, ...stack, ...asked], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * An ORDERED command waits for reads, which are not among the disk events (life.ts): with one open the document may allow
 * more images than the disk.
 */
function mayHideRead({ ops, disk }: Document): boolean {
  return ops.some(({ kind }) => kind === 'read') && disk.some((event) => 'tag' in event && event.tag === 'ordered');
}

test.each(SYSTEMS.map((system) => [system.join(' '), system] as const))(
  'what the program says that some image violates, some image violates, and nothing else (%s)',
  (_, system) => {
    const seen = { compared: 0, large: 0, hidden: 0, ended: 0, beyond: 0, violations: 0 };
    for (const [scope, disk] of CRASHES)
      for (const document of documentsOf(system, disk, scope)) {
        expect(document.violations.map(({ guarantee }) => guarantee).toSorted()).toEqual(violatedByDrawn(document));
        if (document.crash === null) {
          expect(document).not.toHaveProperty('exact');
          seen.ended++;
        } else if (mayHideRead(document)) seen.hidden++;
        else if (!survivingImages(document, IMAGES_MAX).whole) seen.large++;
        else {
          const some = violatedBySome(document, IMAGES_MAX);
          expect(document.exact!.toSorted(), JSON.stringify(document)).toEqual(some);
          seen.compared++;
          if (some.length > document.violations.length) seen.beyond++;
          seen.violations += some.length;
        }
      }
    expect(seen.compared).toBeGreaterThan(150);
    expect(seen.beyond).toBeGreaterThan(3);
    expect(seen.violations).toBeGreaterThan(10);
  },
);
