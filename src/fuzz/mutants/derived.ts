/** The catalogue, third part: what reading the code suggests and nobody has reported (facts.md §16.2). */
import type { Workload } from '../../guest/operation.ts';
import { type MutantRow, rowsOf } from './row.ts';

const BASE = 'base behaviour of the model';
const ABSENT = 'base behaviour of frontend 2.6.36 with --features barrier=absent';

/** Writes and barriers that don't overlap: a stack by tag keeps them even over a resume, whatever it does twice. */
const APART: Workload = {
  threads: [0, 1].map((thread) =>
    ['write', 'write', 'write', 'barrier', 'write', 'write', 'barrier', 'write'].map((op, i) => ({
      op: op as 'write' | 'barrier',
      sector: 32 * thread + 4 * i,
      count: 1,
    })),
  ),
};
/** With nothing behind the barrier, whose payload blkback-drain does not wait for. */
const SEALED: Workload = {
  threads: [
    [
      { op: 'write', sector: 0, count: 1 },
      { op: 'write', sector: 4, count: 1 },
      { op: 'barrier', sector: 8, count: 1 },
    ],
  ],
};
const FLUSHED: Workload = {
  threads: [[{ op: 'write', sector: 0, count: 1 }, { op: 'wait' }, { op: 'flush' }]],
};

export const DERIVED: readonly MutantRow[] = rowsOf('derived', [
  [
    'B10',
    'tapdisk3',
    'submits the payload of a barrier at once and makes only its answer wait (mechanism on record, harm derived; planted in reference)',
    'barrier-order',
    'BT cb44aa7',
    { mode: 'tag', backend: 'reference', disk: { cache: 'none' } },
  ],
  [
    'D01',
    'block core 2.6.36',
    'holds the flushes of a tagged sequence back as if they were other barriers',
    'liveness',
    'K36',
    { mode: 'tag-flush' },
  ],
  ['D02', 'block core', 'goes on with BAR after a PREFLUSH that failed', 'barrier-order', 'K36', BASE],
  [
    'D03',
    'block core',
    'a change of mode reaches the sequence under way',
    'barrier-order',
    'K36',
    `${BASE}, where frontend 2.6.18 or 2.6.36 gives barriers up`,
  ],
  [
    'D04',
    'block core, merge window',
    'a flush goes to no device or to a stale one',
    'liveness',
    'T-pff',
    'needs several devices',
  ],
  [
    'D05',
    'block core',
    'a failed write in front of a barrier does not fail the barrier',
    'barrier-order',
    'BARTXT',
    BASE,
  ],
  ['D06', 'blkdev_fsync', 'takes a flush that is not supported for success', 'fsync-durability', 'K36', BASE],
  [
    'D07',
    'blkfront 2.6.36',
    'on resume it sends outstanding requests in the order of their ids',
    'barrier-order',
    'K36',
    { mode: 'tag', disk: { cache: 'none' }, faults: ['migrate'], workload: APART },
  ],
  ['D08', 'blkfront 2.6.36', 'sends a barrier that nobody offered, and fails it', 'protocol', 'K36', ABSENT],
  [
    'D09',
    'blkfront 3.x',
    'reports a refused barrier with data as done',
    'barrier-durability',
    'L36x',
    { mode: 'drain', disk: { cache: 'none' }, faults: ['eopnotsupp'] },
  ],
  [
    'D10',
    'blkfront 3.x',
    'stops flushing for good after one error of a flush',
    'flush-durability',
    'L36x',
    { mode: 'flush-fua', faults: ['eio'] },
  ],
  [
    'D11',
    'blkback 3.2',
    'writes the payload of a barrier without FUA and without a flush behind it (planted in reference; base behaviour of blkback-drain)',
    'barrier-durability',
    'L36x',
    { mode: 'drain-fua', backend: 'reference' },
  ],
  [
    'D12',
    'blkback 3.x',
    'gives its drain up when its thread is asked to stop',
    'barrier-order',
    'L36x',
    { mode: 'tag', backend: 'blkback-drain', disk: { cache: 'none' }, workload: SEALED },
  ],
  [
    'D13',
    'blkfront',
    'does not read the features again when it resumes on another backend (base behaviour of the frontends by version)',
    'protocol',
    'K36, BT e638b45',
    { mode: 'drain', disk: { cache: 'none' }, faults: ['migrate'], features: { barrierAfter: 0 } },
  ],
  [
    'D14',
    'tapdisk',
    'a write that is repeated later overtakes a newer one',
    'barrier-order',
    'BT tapdisk-vbd.c',
    { mode: 'tag', backend: 'blktap2', disk: { cache: 'none' }, faults: ['eio'] },
  ],
  [
    'D15',
    'VHD',
    'orders its metadata by completion alone',
    'integrity',
    'BT block-vhd.c',
    `${BASE}: what a volatile cache below shows of it breaks integrity`,
  ],
  [
    'D16',
    'VHD preallocation',
    'does not sync the zeros it fills with',
    'integrity',
    'BT block-vhd.c',
    `${BASE}: what a volatile cache below shows of it breaks integrity`,
  ],
  ['D17', 'VHD', 'does not sync when it is closed', 'integrity', 'BT', 'needs an image that is closed'],
  [
    'D18',
    'device-mapper',
    'reports a flush done that the device below refused',
    'flush-durability',
    'K36 dm.c',
    { mode: 'drain-flush', faults: ['eopnotsupp'], workload: FLUSHED },
  ],
  [
    'D19',
    'md',
    'reports the payload done before the flush behind it (planted in reference)',
    'barrier-durability',
    'K36 md.c',
    { mode: 'drain-fua', backend: 'reference' },
  ],
  [
    'D20',
    'ext4 2.6.36',
    'fsync does not wait for a commit that somebody else asked for',
    'guest-promise',
    'K36 fsync.c',
    { mode: 'flush-fua', guest: 'jbd', ops: 24 },
  ],
  [
    'D21',
    'reiserfs 2.6.36',
    'sends the commit block after a failed write of the log',
    'barrier-order',
    'K36 journal.c',
    'needs a guest that hears of an error; workloads are static and go on',
  ],
  [
    'D22',
    'loop',
    'leaves out the second vfs_fsync of a barrier',
    'barrier-durability',
    'K36 is right',
    { mode: 'drain-fua', backend: 'loop' },
  ],
  [
    'D23',
    'virtio_blk',
    'a flush carries the barrier bit too, and is refused (planted in the backend: a barrier without data)',
    'fsync-durability',
    'K36',
    { mode: 'drain-flush' },
  ],
]);
