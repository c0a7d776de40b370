import { expect, test } from 'vitest';
import type { DiskModel } from '../oracle/document.ts';
import { survivingImages } from '../oracle/surviving.ts';
import { compareSets, enumeratedSet, expectNone } from './agreement.ts';
import { COMMAND } from '../../src/stack/disk/commands.ts';
import { type Cut, readHoldsBack } from './cut.ts';
import { handMade, walkDisk } from './disk-walks.ts';
import { Tally } from './tally.ts';

const WALKS = 1000;
const MISREAD_WALKS = 200;

test('whatever a disk is given, the images of src/power are exactly those that disk.md defines', () => {
  const tally = new Tally();
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const compared = compareSets(cut);
    expectNone(cut, compared.complaints);
    tally.add(cut, compared);
  }
  expect(tally).toMatchObject({ cuts: WALKS });
  expect(tally.images).toBeGreaterThan(10_000);
  expect(tally.impossible).toBeGreaterThan(1_500);
  expect(tally.held).toBeGreaterThan(2);
  const labels = [
    'cache=none',
    'cache=nonvolatile',
    'cache=writeback',
    'fua=true',
    'fua=false',
    'scope=power',
    'scope=host',
  ];
  const orders = [
    'destage=any',
    'destage=fifo',
    'destage=epoch',
    'fifo tells',
    'epoch tells',
    'atomic=4096',
    'partial',
  ];
  for (const label of [...labels, ...orders, 'tags=honoured', 'tags=ignored', 'flush=honest', 'flush=ignored'])
    expect(tally.open[label], label).toBeGreaterThan(30);
});

/** Cuts that a misreading may show at: two made for flushes, and many by chance. */
const MISREAD_CUTS = [
  handMade({ sectors: 2 }, (disk) => {
    const flush = disk.flush();
    disk.complete(disk.write(0, 2));
    disk.complete(flush);
  }),
  handMade({ sectors: 2 }, (disk) => {
    const write = disk.write(0, 2);
    const flush = disk.flush(COMMAND.ordered);
    disk.complete(write);
    disk.complete(flush);
  }),
  ...Array.from({ length: MISREAD_WALKS }, (_, index) => walkDisk(index)),
];

/** Misreadings of disk.md in the second oracle: what it then complains of at a cut. */
const MISREADINGS: Readonly<Record<string, (cut: Cut) => readonly string[]>> = {
  'a flush covers what completed before it completed': (cut) =>
    compareSets(cut, { flushCovers: (flush) => flush.completed! }).complaints,
  'a flush covers what completed before it was accepted': (cut) =>
    compareSets(cut, { flushCovers: (flush) => flush.accepted }).complaints,
  'the cache is volatile or not': misread(({ cache }) => ({
    cache: cache === 'writeback' ? 'nonvolatile' : 'writeback',
  })),
  'FUA is honoured or not': misread(({ fua }) => ({ fua: !fua })),
  'tags are ignored': misread(() => ({ tags: 'ignored' })),
  'there is no destage order': misread(() => ({ destage: 'any' })),
  'destage is fifo': misread(() => ({ destage: 'fifo' })),
  'destage is by epochs': misread(() => ({ destage: 'epoch' })),
  'the drive lies': misread(() => ({ flush: 'ignored' })),
  'the atomic unit is a sector': misread(() => ({ atomic: 512 })),
};

function misread(change: (model: DiskModel) => Partial<DiskModel>): (cut: Cut) => readonly string[] {
  return (cut) => {
    const { diskModel } = cut.document;
    const document = { ...cut.document, diskModel: { ...diskModel, ...change(diskModel) } };
    return compareSets({ ...cut, document }).complaints;
  };
}

test.each(Object.entries(MISREADINGS))('a second oracle that thinks that %s is caught', (_name, complain) => {
  const caught = MISREAD_CUTS.filter((cut) => complain(cut).length > 0);
  expect(caught.length).toBeGreaterThan(1);
});

test('a read that the document does not show lets it allow more images than the disk, never fewer', () => {
  const cut = handMade({ sectors: 1, atomic: 512, cache: 'none' }, (disk) => {
    disk.read(0);
    disk.write(0, 1, COMMAND.ordered);
  });
  expect(readHoldsBack(cut.disk)).toBe(true);
  expect([...enumeratedSet(cut)]).toEqual(['-1']);
  expect([...survivingImages(cut.document).images]).toEqual(['-1', '0']);
});
