import { expect, test } from 'vitest';
import { EMPTY_BARRIER, FLUSH, TAG_FSYNC, WAIT, barrier, explained, flat, lateCrash, write } from './cases.ts';

test('a lost fsync in mode tag is told whole', () => {
  expect(explained(TAG_FSYNC)).toMatchInlineSnapshot(`
    "fsync-durability is violated: fsync of file 1 (op 1) returned ok, and power loss then took sector 8
    of op 0.
    tag-fsync-lost: the guest's queue (mode tag, kernel 2.6.35) → generic frontend → ring → blkback →
    the host's queue (mode drain-flush) → disk (writeback cache, no FUA)

    What happened
     1. [1]    t0 writes sector 8 of file 1 into the page cache: op 0.
     2. [3]    t0 submits op 1, fsync of file 1.
     3. [4]    Write-back sends sector 8 of op 0 over the ring to the disk; at [5] it is in the disk's
               volatile cache, and the disk reports it done.
     4. [6]    The cache flush of op 1, an empty barrier, ends in the guest's queue: nothing goes onto
               the ring.
     5. [6]    Op 1 (fsync of file 1) completes with ok.
     6. [7]    Power loss. Afterwards sector 8 holds zeros.

    The promise
    Once fsync or fdatasync of a file has returned ok, every buffered write to the file that returned
    before it was submitted survives.
    Here op 0 had completed at [2], before fsync of file 1 (op 1) was submitted at [3]; that completed
    with ok at [6]: from then on sector 8 had to hold op 0 or something newer.

    The missing edge
    When op 1 completed at [6], sector 8 of op 0 was in the disk's volatile cache.
    The flush of op 1 never left the guest's queue. Mode tag takes it that there is no volatile cache
    below, so it has no command for an empty barrier: the queue makes a drain of it, waits until nothing
    is in flight, and ends it with ok (block/blk-barrier.c of Linux 2.6.36).
    No flush command reached the disk before the crash.
    What would have held: drain-flush sends this flush.

    Time against layers
    time  t0                          guest              blkback           disk cache          medium
       1   ├─ bufwrite 8, op 0 ────────▶│                   │                   │                 │
       3   ├─ fsync file 1, op 1 ──────▶│                   │                   │                 │
           │                            ├─ write 8 ────────▶│                   │                 │
       4   │                            │                   ├─ write 8 ────────▶│                 │
       5   │                            │                   │◀─────────── ok 8 ─┤                 │
           │                            │◀─────────── ok 8 ─┤                   │                 │
           │                            │─ no flush ─✗      │                   │                 │
       6   │◀──────────────── ok, op 1 ─┤                   │                   │                 │
       7 ══╪═══════════════ power loss ═╪═══════════════════╪═══════════════════╪═════════════════╪═══
                                             op 0 is lost: sector 8 holds zeros ✗                 │

    Shown is what belongs to the witness; the run has 2 operations, 1 ring request and 1 disk command.
    "
  `);
});

test('an order that an empty barrier did not keep in mode drain is told whole', () => {
  const text = explained({
    name: 'drain-empty-barrier-order',
    stack: { mode: 'drain' },
    threads: [[write(40), EMPTY_BARRIER], [write(50)]],
    schedule: ['g0.t0', 'g0.t0', 'g0.t1'],
    crash: lateCrash([50, 2]),
  });
  expect(text).toMatchInlineSnapshot(`
    "empty-barrier-order is violated: write 50 (op 2), submitted after empty barrier (op 1), survived,
    and write 40 (op 0), submitted before it, is lost at sector 40.
    drain-empty-barrier-order: the guest's queue (mode drain, kernel 2.6.35) → generic frontend → ring →
    blkback → the host's queue (mode drain-flush) → disk (writeback cache, no FUA)

    What happened
     1. [1]    t0 submits op 0, write 40.
     2. [2]    t0 submits op 1, empty barrier.
     3. [3]    t1 submits op 2, write 50.
     4. [4]    Op 0 goes over the ring to the disk; at [5] it is in the disk's volatile cache, and the
               disk reports it done.
     5. [6]    Op 0 (write 40) completes with ok.
     6. [7]    The cache flush of op 1, an empty barrier, ends in the guest's queue: nothing goes onto
               the ring.
     7. [7]    Op 1 (empty barrier) completes with ok.
     8. [8]    Op 2 goes over the ring to the disk; at [9] it is in the disk's volatile cache, and the
               disk reports it done.
     9. [10]   Op 2 (write 50) completes with ok.
    10. [11]   Power loss. Afterwards sector 40 holds zeros and sector 50 holds op 2.

    The promise
    No write submitted after an empty barrier stands without every direct write submitted before it.
    Here op 0 was submitted at [1], before empty barrier (op 1) at [2]; op 2, submitted at [3], stands:
    so sector 40 had to hold op 0 or something newer.

    The missing edge
    The disk began with op 2 at [8], when sector 40 of op 0 was in the disk's volatile cache. A
    write-back cache reaches the medium in any order: only a flush between the two would have kept that
    order.
    The flush of op 1 never left the guest's queue. Mode drain takes it that there is no volatile cache
    below, so it has no command for an empty barrier: the queue only drains, waits until nothing is in
    flight, and ends it with ok (block/blk-barrier.c of Linux 2.6.36).
    No flush command reached the disk before the crash.
    What would have held: drain-flush sends this flush.

    Time against layers
    time  t0  t1                      guest              blkback           disk cache          medium
       1   ├─ write 40, op 0 ──────────▶│                   │                   │                 │
       2   ├─ empty barrier, op 1 ─────▶│                   │                   │                 │
       3   │   ├─ write 50, op 2 ──────▶│                   │                   │                 │
           │   │                        ├─ write 40 ───────▶│                   │                 │
       4   │   │                        │                   ├─ write 40 ───────▶│                 │
       5   │   │                        │                   │◀────────── ok 40 ─┤                 │
           │   │                        │◀────────── ok 40 ─┤                   │                 │
       6   │◀──────────────── ok, op 0 ─┤                   │                   │                 │
           │   │                        │─ no flush ─✗      │                   │                 │
       7   │◀──────────────── ok, op 1 ─┤                   │                   │                 │
           │   │                        ├─ write 50 ───────▶│                   │                 │
       8   │   │                        │                   ├─ write 50 ───────▶│                 │
       9   │   │                        │                   │◀────────── ok 50 ─┤                 │
           │   │                        │◀────────── ok 50 ─┤                   │                 │
      10   │   │◀──────────── ok, op 2 ─┤                   │                   │                 │
      11 ══╪═══╪═══════════ power loss ═╪═══════════════════╪═══════════════════╪═════════════════╪═══
                                            op 0 is lost: sector 40 holds zeros ✗                 │
                                                                  op 2 survives ├─ op 2 ─────────▶│

    Shown is what belongs to the witness; the run has 3 operations, 2 ring requests and 2 disk commands.

    Also violated
    - empty-barrier-durability is violated: empty barrier (op 1) completed with ok, and power loss then
      took sector 40 of op 0.
    "
  `);
});

test('a lost flush in mode tag stopped in the queue of the guest', () => {
  const text = flat(
    explained({
      name: 'tag-flush-lost',
      threads: [[write(40, 2), WAIT, FLUSH]],
      crash: lateCrash([40, 0]),
    }),
  );
  expect(text).toContain(
    'flush-durability is violated: flush (op 1) completed with ok, and power loss then took sector 41',
  );
  expect(text).toContain("The flush of op 1 never left the guest's queue. Mode tag");
  expect(text).toContain('No flush command reached the disk before the crash.');
  expect(text).toContain('─ no flush ─✗');
});

test('a lost O_DSYNC write in mode none ends with a flush that is refused and taken for success', () => {
  const text = flat(
    explained({
      name: 'none-fua-lost',
      stack: { mode: 'none' },
      threads: [[{ op: 'fua', sector: 4, count: 1 }]],
      crash: lateCrash(),
    }),
  );
  expect(text).toContain('fua write 4 (op 0) completed with ok, and power loss then took sector 4 of its own payload');
  expect(text).toContain('ends every barrier with eopnotsupp');
});

test('a FUA bit sent to a disk without FUA is named', () => {
  const text = flat(
    explained({
      name: 'fua-on-a-disk-without',
      stack: { mode: 'drain-fua', backend: 'direct' },
      threads: [[barrier(8)]],
      crash: lateCrash(),
    }),
  );
  expect(text).toContain('barrier-durability is violated: barrier 8 (op 0)');
  expect(text).toContain('went out with the FUA bit (accepted at [4]), but the disk has no FUA');
  expect(text).toContain('What would have held: drain-flush');
  expect(text).toContain('write 8 FUA');
});

test('a payload sent without any flush is named, with its kind of command', () => {
  const text = flat(
    explained({
      name: 'direct-tag',
      stack: { mode: 'tag', backend: 'direct' },
      threads: [[write(4), barrier(8)]],
      crash: lateCrash([8, 1]),
    }),
  );
  expect(text).toContain('barrier-order is violated: the payload of barrier 8 (op 1) survived');
  expect(text).toContain('sends the barrier as one ORDERED command');
  expect(text).toContain('ORD write 8');
});

test('a disk that ignores flushes is blamed as the environment', () => {
  const text = flat(
    explained({
      name: 'lying-disk',
      stack: { mode: 'drain-flush' },
      disk: { flush: 'ignored' },
      threads: [[write(4), WAIT, FLUSH]],
      crash: lateCrash(),
    }),
  );
  expect(text).toContain('took sector 4 of op 0. (environment)');
  expect(text).toContain('The flush did reach the disk (accepted at [6], completed at [7])');
  expect(text).not.toContain('What would have held');
});

test('data in the page cache of a host is found there', () => {
  const draft = { name: 'loop', stack: { backend: 'loop' }, threads: [[write(4), WAIT, FLUSH]] } as const;
  const early = flat(explained({ ...draft, crash: { step: 17, image: [] } }));
  expect(early).toContain("When op 1 completed at [4], sector 4 of op 0 was in the host's page cache.");
  expect(early).toContain("which keeps it in the host's page cache and answers at once");
  const late = flat(explained({ ...draft, crash: lateCrash() }));
  expect(late).toContain('The host writes back sector 4 of op 0 to the disk');
});

test('what a backend without a page cache refused is not told to be in one', () => {
  const text = flat(
    explained({
      name: 'refused',
      stack: { backend: 'qemu-xendisk', frontend: '3.6', mode: 'flush-fua', faults: ['eopnotsupp'] },
      threads: [[{ op: 'fua', sector: 8, count: 1 }]],
      schedule: ['g0.t0', 'g0.dispatch', 'g0.push', 'backend.refuse 0'],
    }),
  );
  expect(text).toContain('Op 0 goes over the ring to qemu-xendisk, which answers without having sent it.');
});

test('a flush that an ORDERED tag did not hold back on a disk that ignores tags came too early', () => {
  const text = flat(
    explained({
      name: 'tags-ignored',
      stack: { mode: 'tag-flush', backend: 'direct' },
      disk: { tags: 'ignored' },
      threads: [[write(4), EMPTY_BARRIER]],
      schedule: ['g0.t0', 'g0.t0', 'g0.dispatch', 'g0.dispatch', 'disk.complete 1', 'disk.complete 0'],
      crash: lateCrash(),
    }),
  );
  expect(text).toContain('empty-barrier-durability is violated');
  expect(text).toContain('The flush of op 1 began at [4], while op 0 was on its way into the disk, not completed');
  expect(text).toContain('this disk ignores tags and did not let it wait');
});

test('an older write that went over a newer one is named', () => {
  const text = flat(
    explained({
      name: 'overtaken',
      stack: { mode: 'tag', backend: 'direct' },
      disk: { cache: 'none', tags: 'ignored' },
      threads: [[write(4), barrier(4)]],
      schedule: ['g0.t0', 'g0.t0', 'g0.dispatch', 'g0.dispatch', 'disk.complete 1', 'disk.complete 0'],
      crash: lateCrash(),
    }),
  );
  expect(text).toContain('barrier-durability is violated');
  expect(text).toContain('Sector 4 had op 1 at [5]; op 0, which the guest was entitled to see replaced');
});
