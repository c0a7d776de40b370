/**
 * Reads a dm-log-writes log, pushed in chunks of any size. All numbers are little endian:
 *
 *   superblock  magic u64, version u64, nr_entries u64, sectorsize u32; padded to a log sector
 *   entry       sector u64, nr_sectors u64, flags u64, data_len u64; padded to a log sector
 *   data        nr_sectors log sectors behind an entry that writes; none behind a discard or a mark
 *
 * Addresses and lengths count log sectors (`sectorsize` bytes). data_len is 0 for flushes, discards and the
 * writes of any current kernel (all of those in the logs this was checked against); older kernels give the
 * bytes of a DAX write there, which fill its nr_sectors but for less than one. Of a mark it is the length of
 * the text, which stands in the padding of the entry itself.
 *
 * nr_entries is the truth about where the log ends. The log device is larger than its log and may hold an
 * older one behind it, and a recorder that crashed had not promised what it wrote after its last superblock:
 * whatever follows the last promised entry is counted and never read. A log that ends before is refused.
 */
import { assert } from '../../base/assert.ts';
import { BlkfuzzError } from '../../base/errors.ts';
import { SECTOR_BYTES } from '../../base/units.ts';
import { EntryColumns } from './entries.ts';
import { decodeEntry, ENTRY_BYTES, type LogEntry, problemOfEntry } from './entry.ts';
import { ENTRY_FLAG, type RecordedStream } from './recorded.ts';

/** Entries of the longest log that is replayed. */
const ENTRIES_MAX = 1 << 22;
/** Sectors that all discards together may cover: they carry no data, so nothing else bounds the work they make. */
const DISCARDED_SECTORS_MAX = 1 << 30;
const MARKS_MAX = 1 << 16;
const MARK_NAME_MAX = 255;

const MAGIC = 0x6a736677736872n;
const SUPERBLOCK_BYTES = 28;
const LOG_SECTOR_BYTES_MAX = 4096;

export class LogWritesParser {
  private readonly columns = new EntryColumns();
  /** The superblock or an entry, with the text of its mark, as far as it was pushed. */
  private readonly header = new Uint8Array(LOG_SECTOR_BYTES_MAX);
  private readonly view = new DataView(this.header.buffer);
  private headerBytes = 0;
  private headerBytesWanted = SUPERBLOCK_BYTES;
  /** Padding and data still to be passed over. */
  private skipBytes = 0;
  /** Bytes of the log taken so far. */
  private offset = 0;
  private trailingBytes = 0;
  private discardedSectors = 0;
  /** 0 until the superblock was taken. */
  private logSectorBytes = 0;
  private entryCountPromised = 0;
  private ended = false;

  /** True once every promised entry is there: what is pushed from now on is only counted. */
  get complete(): boolean {
    return this.logSectorBytes > 0 && this.skipBytes === 0 && this.columns.entryCount === this.entryCountPromised;
  }

  /**
   * Takes the next bytes of the log; they may be overwritten afterwards.
   * @throws BlkfuzzError `bad-input` naming the entry, its offset and what was expected.
   */
  push(chunk: Uint8Array): void {
    assert(!this.ended, 'nothing is pushed after the end');
    let at = 0;
    while (at < chunk.length) {
      const room = chunk.length - at;
      if (this.complete) {
        this.trailingBytes += room;
        return;
      }
      const skipping = this.skipBytes > 0;
      const step = Math.min(room, skipping ? this.skipBytes : this.headerBytesWanted - this.headerBytes);
      this.offset += step;
      if (skipping) this.skipBytes -= step;
      else this.collect(chunk.subarray(at, at + step));
      at += step;
    }
  }

  /**
   * The stream, once the whole log was pushed.
   * @throws BlkfuzzError `bad-input` when the log ends before its last entry does.
   */
  end(): RecordedStream {
    assert(!this.ended, 'a log ends once');
    this.ended = true;
    if (this.logSectorBytes === 0)
      throw badLog(`it ends after ${this.offset} bytes, inside the superblock (${SUPERBLOCK_BYTES} bytes)`);
    if (!this.complete) this.refuseTruncated();
    return this.columns.finish(this.trailingBytes);
  }

  private collect(bytes: Uint8Array): void {
    this.header.set(bytes, this.headerBytes);
    this.headerBytes += bytes.length;
    if (this.headerBytes < this.headerBytesWanted) return;
    if (this.logSectorBytes === 0) this.takeSuperblock();
    else this.takeEntry();
  }

  private takeSuperblock(): void {
    const { view } = this;
    const magic = view.getBigUint64(0, true);
    const version = view.getBigUint64(8, true);
    const entryCount = view.getBigUint64(16, true);
    const logSectorBytes = view.getUint32(24, true);
    if (magic !== MAGIC)
      throw badLog(
        `it begins with 0x${magic.toString(16)}, expected the magic 0x${MAGIC.toString(16)} of a dm-log-writes log`,
      );
    if (version !== 1n) throw badLog(`superblock: version is ${version}, expected 1`);
    if (![512, 1024, 2048, 4096].includes(logSectorBytes))
      throw badLog(`superblock: sectorsize is ${logSectorBytes}, expected 512, 1024, 2048 or 4096`);
    if (entryCount < 1n || entryCount > BigInt(ENTRIES_MAX))
      throw badLog(`superblock: nr_entries is ${entryCount}, expected 1 to ${ENTRIES_MAX}`);
    this.entryCountPromised = Number(entryCount);
    this.logSectorBytes = logSectorBytes;
    this.nextHeader(logSectorBytes - SUPERBLOCK_BYTES);
  }

  private takeEntry(): void {
    const entry = decodeEntry(this.view);
    const isMark = (entry.flags & ENTRY_FLAG.mark) !== 0;
    // The entry of a mark comes here twice: alone, and with its text.
    if (this.headerBytes === ENTRY_BYTES) {
      this.checkEntry(entry);
      if (isMark) this.headerBytesWanted += entry.dataBytes;
      if (this.headerBytes < this.headerBytesWanted) return;
    }
    const scale = this.logSectorBytes / SECTOR_BYTES;
    this.columns.add(entry.sector * scale, entry.count * scale, entry.flags);
    if (isMark) this.takeMark();
    const dataSectors = (entry.flags & ENTRY_FLAG.discard) === 0 ? entry.count : 0;
    this.nextHeader(this.logSectorBytes - this.headerBytes + dataSectors * this.logSectorBytes);
  }

  private checkEntry(entry: LogEntry): void {
    const problem = problemOfEntry(entry, this.logSectorBytes);
    if (problem !== null) throw this.badEntry(problem);
    if ((entry.flags & ENTRY_FLAG.discard) !== 0)
      this.discardedSectors += (entry.count * this.logSectorBytes) / SECTOR_BYTES;
    if (this.discardedSectors > DISCARDED_SECTORS_MAX)
      throw this.badEntry(`discards cover ${this.discardedSectors} sectors, expected ${DISCARDED_SECTORS_MAX} in all`);
    if ((entry.flags & ENTRY_FLAG.mark) !== 0 && this.columns.markCount === MARKS_MAX)
      throw this.badEntry(`one more mark, expected ${MARKS_MAX} in all`);
  }

  private takeMark(): void {
    const length = Math.min(this.headerBytes - ENTRY_BYTES, MARK_NAME_MAX);
    const text = String.fromCharCode(...this.header.subarray(ENTRY_BYTES, ENTRY_BYTES + length));
    this.columns.addMark(text.replace(/[^ -~]/g, '?'));
  }

  private nextHeader(skipBytes: number): void {
    this.skipBytes = skipBytes;
    this.headerBytes = 0;
    this.headerBytesWanted = ENTRY_BYTES;
  }

  private refuseTruncated(): never {
    const { entryCount } = this.columns;
    const last = entryCount === 0 ? 'the superblock' : `entry ${entryCount - 1}`;
    let place = `behind ${last}`;
    if (this.skipBytes > 0) place = `inside ${last} (bytes missing: ${this.skipBytes})`;
    else if (this.headerBytes > 0) place = `inside the header of entry ${entryCount}`;
    throw badLog(`it ends at byte ${this.offset}, ${place}; expected the ${this.entryCountPromised} of nr_entries`);
  }

  private badEntry(problem: string): BlkfuzzError {
    return badLog(`entry ${this.columns.entryCount} at byte ${this.offset - this.headerBytes}: ${problem}`);
  }
}

function badLog(problem: string): BlkfuzzError {
  return new BlkfuzzError('bad-input', `recorded log: ${problem}`);
}
