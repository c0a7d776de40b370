/**
 * A recorded stream as a guest of one thread. The log is in completion order and knows no submission times: what
 * lies between two flushes is taken to have been in flight together, which is the most that a guest may rely on.
 */
import { BlkfuzzError } from '../../base/errors.ts';
import type { Operation, Workload } from '../operation.ts';
import { ProgramBuilder, type Program } from '../program.ts';
import { ENTRY_FLAG, type RecordedStream } from './recorded.ts';

/**
 * The stream laid out for a device of `sectorCount` sectors (the stream's own by default).
 * @throws BlkfuzzError `usage` when the device is smaller than what the stream touches.
 */
export function programOfStream(stream: RecordedStream, sectorCount: number = stream.sectorCount): Program {
  if (sectorCount < stream.sectorCount)
    throw new BlkfuzzError(
      'usage',
      `the device has ${sectorCount} sectors, the recorded stream needs ${stream.sectorCount}`,
    );
  const builder = new ProgramBuilder();
  for (const operation of operationsOfStream(stream)) builder.add(operation);
  builder.endThread();
  return builder.build(sectorCount);
}

/** The stream as a plain workload, for case files that embed what is left of it. */
export function workloadOfStream(stream: RecordedStream): Workload {
  return { threads: [[...operationsOfStream(stream)]] };
}

const WAIT: Operation = { op: 'wait' };
const FLUSH: Operation = { op: 'flush' };

/**
 * A flush waits for what precedes it: only what completed before counts. An entry that overlaps one still open
 * waits for it, or the two could land in the other order than they were recorded in.
 */
function* operationsOfStream(stream: RecordedStream): Generator<Operation, void, undefined> {
  const open = new OpenRequests(stream.sectorCount);
  for (let entry = 0; entry < stream.entryCount; entry++) {
    const flags = stream.flags[entry];
    if ((flags & ENTRY_FLAG.mark) !== 0) continue;
    if ((flags & ENTRY_FLAG.flush) !== 0) {
      if (open.close()) yield WAIT;
      yield FLUSH;
    }
    const sector = stream.sector[entry];
    const count = stream.count[entry];
    if (count === 0) continue;
    if (open.overlaps(sector, count) && open.close()) yield WAIT;
    open.add(sector, count);
    yield { op: opOfFlags(flags), sector, count };
  }
}

function opOfFlags(flags: number): 'write' | 'fua' | 'discard' {
  if ((flags & ENTRY_FLAG.discard) !== 0) return 'discard';
  return (flags & ENTRY_FLAG.fua) !== 0 ? 'fua' : 'write';
}

/** The sectors of the requests since the last wait. A sector is open while it carries the current round's number. */
class OpenRequests {
  private readonly roundOfSector: Int32Array;
  private round = 1;
  private empty = true;

  constructor(sectorCount: number) {
    this.roundOfSector = new Int32Array(sectorCount);
  }

  overlaps(sector: number, count: number): boolean {
    return !this.empty && this.roundOfSector.subarray(sector, sector + count).includes(this.round);
  }

  add(sector: number, count: number): void {
    this.roundOfSector.fill(this.round, sector, sector + count);
    this.empty = false;
  }

  /** Closes all of them; false when none was open. */
  close(): boolean {
    const wasOpen = !this.empty;
    this.round++;
    this.empty = true;
    return wasOpen;
  }
}
