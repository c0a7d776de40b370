import { expect, test } from 'vitest';
import type { DiskEvent, DiskModel } from './document.ts';
import type { DiskDocument } from './life.ts';
import { violatedBySome } from './oracle.ts';
import { survivingImages } from './surviving.ts';

const MODEL: DiskModel = {
  cache: 'writeback',
  fua: true,
  tags: 'honoured',
  destage: 'any',
  flush: 'honest',
  atomic: 512,
};

/** A disk of so many sectors, its events in the order of their times, and the crash after them. */
function documentOf(sectors: number, disk: readonly DiskEvent[], model: Partial<DiskModel> = {}): DiskDocument {
  return { sectors, ops: [], crash: { at: 100 }, image: [], disk, diskModel: { ...MODEL, ...model } };
}

function imagesOf(...[sectors, disk, model]: Parameters<typeof documentOf>): string[] {
  return [...survivingImages(documentOf(sectors, disk, model)).images].toSorted();
}

type Tag = 'simple' | 'ordered';
const write = (at: number, sector: number, versions: number[], tag: Tag = 'simple', fua = false): DiskEvent => ({
  at,
  ev: 'write',
  sector,
  versions,
  tag,
  fua,
});
const flush = (at: number, tag: Tag = 'simple'): DiskEvent => ({ at, ev: 'flush', tag });
const complete = (at: number, of: number): DiskEvent => ({ at, ev: 'complete', of });

test('of an uncompleted request of eight units any of its 256 subsets survives', () => {
  const images = imagesOf(8, [write(1, 0, [0, 0, 0, 0, 0, 0, 0, 0])], { cache: 'none' });
  expect(images).toHaveLength(256);
});

test('a write to a cacheless disk or one with a nonvolatile cache survives from its completion on', () => {
  for (const cache of ['none', 'nonvolatile'] as const)
    expect(imagesOf(2, [write(1, 0, [0, 0]), complete(2, 1)], { cache })).toEqual(['0 0']);
  expect(imagesOf(1, [write(1, 0, [0]), complete(2, 1)])).toEqual(['-1', '0']);
});

test('a flush covers what had completed when it started, and only once it has completed', () => {
  const events = [write(1, 0, [0]), complete(2, 1), write(3, 1, [1]), flush(4), complete(5, 3)];
  expect(imagesOf(2, events)).toEqual(['-1 -1', '-1 1', '0 -1', '0 1']);
  expect(imagesOf(2, [...events, complete(6, 4)])).toEqual(['0 -1', '0 1']);
  expect(imagesOf(2, [...events, complete(6, 4)], { flush: 'ignored' })).toHaveLength(4);
});

test('an ORDERED flush covers the write whose completion let it start', () => {
  const events = [write(1, 0, [0]), flush(2, 'ordered'), complete(3, 1), complete(4, 2)];
  expect(imagesOf(1, events)).toEqual(['0']);
});

test('a command not started leaves nothing', () => {
  const events = [write(1, 0, [0], 'ordered'), write(2, 0, [1])];
  expect(imagesOf(1, events)).toEqual(['-1', '0']);
  expect(imagesOf(1, events, { tags: 'ignored' })).toEqual(['-1', '0', '1']);
});

test('FUA takes the whole unit, with fifo all that completed before, with epoch every earlier epoch', () => {
  const fua = [write(1, 0, [0]), complete(2, 1), write(3, 1, [1], 'simple', true), complete(4, 3)];
  expect(imagesOf(2, fua)).toEqual(['-1 1', '0 1']);
  expect(imagesOf(2, fua, { fua: false })).toHaveLength(4);
  expect(imagesOf(2, fua, { destage: 'fifo' })).toEqual(['0 1']);
  expect(imagesOf(8, fua, { atomic: 4096 })).toEqual(['0 1 -1 -1 -1 -1 -1 -1']);
  const ordered = [write(1, 0, [0]), complete(2, 1), write(3, 1, [1], 'ordered', true), complete(4, 3)];
  expect(imagesOf(2, ordered, { destage: 'epoch' })).toEqual(['0 1']);
});

test('fifo keeps the order of completion, unit by unit of the write at the split', () => {
  const events = [write(1, 0, [0, 0]), write(2, 0, [1]), complete(3, 2), complete(4, 1), write(5, 1, [2])];
  expect(imagesOf(2, events, { destage: 'fifo' })).toEqual(['-1 -1', '0 -1', '0 0', '0 2', '1 -1', '1 0']);
});

test('epochs follow the order of acceptance', () => {
  const events = [
    write(1, 0, [0]),
    write(2, 1, [1]),
    complete(3, 1),
    complete(4, 2),
    write(5, 2, [2], 'ordered'),
    complete(6, 5),
  ];
  const expected = ['-1 -1 -1', '-1 1 -1', '0 -1 -1', '0 1 -1', '0 1 2'];
  expect(imagesOf(3, events, { destage: 'epoch' })).toEqual(expected);
  expect(imagesOf(3, events, { destage: 'epoch', tags: 'ignored' })).toHaveLength(8);
});

test('started partial writes are laid over a unit in any order, a completed one over what the cache held', () => {
  const image = (first: string) => `${first} -1 -1 -1 -1 -1`;
  const started = [write(1, 0, [0, 0]), write(2, 1, [1, 1])];
  expect(imagesOf(8, started, { atomic: 4096 })).toEqual(['-1 -1 -1', '-1 1 1', '0 0 -1', '0 0 1', '0 1 1'].map(image));
  const completed = [...started, complete(3, 1), complete(4, 2)];
  expect(imagesOf(8, completed, { atomic: 4096 })).toEqual(['-1 -1 -1', '0 0 -1', '0 1 1'].map(image));
});

test('scope host completes whole commands, in any order the tags allow', () => {
  const events = [write(1, 0, [0, 0]), write(2, 0, [1, 1]), write(3, 1, [2], 'ordered')];
  const of = (model: Partial<DiskModel>) => survivingImages({ ...documentOf(2, events, model), scope: 'host' }).images;
  expect([...of({})].toSorted()).toEqual(['0 2', '1 2']);
  expect([...of({ tags: 'ignored' })].toSorted()).toEqual(['0 0', '0 2', '1 1', '1 2']);
});

test('a command that failed changes nothing', () => {
  const failed: DiskEvent = { at: 2, ev: 'complete', of: 1, status: 'eio' };
  expect(imagesOf(1, [write(1, 0, [0]), failed])).toEqual(['-1']);
});

test('a set beyond the bound is said to be a part, and is not judged', () => {
  const document = documentOf(8, [write(1, 0, [0, 0, 0, 0, 0, 0, 0, 0])]);
  expect(survivingImages(document, 256).whole).toBe(true);
  expect(survivingImages(document, 255).whole).toBe(false);
  expect(() => violatedBySome(document, 255)).toThrow('more than 255 images');
});

test('what some image violates is found, whichever image was drawn', () => {
  const op = { id: 0, kind: 'fua', sector: 0, count: 1, submit: 1, complete: 4, status: 'ok' } as const;
  const events = [write(2, 0, [0], 'simple', true), complete(3, 2)];
  expect(violatedBySome({ ...documentOf(1, events), ops: [op] })).toEqual([]);
  expect(violatedBySome({ ...documentOf(1, events, { fua: false }), ops: [op] })).toEqual(['fua-durability']);
});

test('a document that contradicts disk.md is refused', () => {
  const overtaking = [write(1, 0, [0], 'ordered'), write(2, 0, [1]), complete(3, 2)];
  expect(() => imagesOf(1, overtaking)).toThrow('completed at 3 before it started');
  expect(() => survivingImages({ ...documentOf(1, []), scope: 'guest' })).toThrow('scope guest');
});
