/** One entry of a dm-log-writes log, and what makes one impossible. */
import { SECTOR_BYTES } from '../../base/units.ts';
import { ENTRY_FLAG } from './recorded.ts';

/** Bytes of the entry itself, before its padding. */
export const ENTRY_BYTES = 32;
/** Sectors of the largest device that is replayed: 8 GiB. */
const DEVICE_SECTORS_MAX = 1 << 24;
const FLAGS_ALL = 31;

/** The fields as they stand in the log: addresses and lengths in log sectors. */
export interface LogEntry {
  readonly sector: number;
  readonly count: number;
  readonly flags: number;
  readonly dataBytes: number;
}

/** Decodes the entry at the start of `view`; a value over 2^53 comes out rounded, and is refused by its size. */
export function decodeEntry(view: DataView): LogEntry {
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  return { sector: u64(0), count: u64(8), flags: u64(16), dataBytes: u64(24) };
}

/** Why a log of sectors of `logSectorBytes` can't hold this entry, or null. */
export function problemOfEntry(entry: LogEntry, logSectorBytes: number): string | null {
  const { sector, count, flags, dataBytes } = entry;
  if (flags > FLAGS_ALL) return `flags are ${flags}, expected a sum of flush 1, FUA 2, discard 4, mark 8, metadata 16`;
  const sectorsMax = (DEVICE_SECTORS_MAX * SECTOR_BYTES) / logSectorBytes;
  if (sector + count > sectorsMax)
    return `sector ${sector} + nr_sectors ${count}, expected an end at sector ${sectorsMax} (8 GiB) or before`;
  if ((flags & ENTRY_FLAG.mark) !== 0) return problemOfMark(entry, logSectorBytes);
  if ((flags & ENTRY_FLAG.discard) !== 0)
    return dataBytes === 0 ? null : `a discard has data_len ${dataBytes}, expected 0`;
  if (dataBytes !== 0 && Math.ceil(dataBytes / logSectorBytes) !== count)
    return `data_len is ${dataBytes}, expected 0 or what fills nr_sectors ${count} of ${logSectorBytes} bytes`;
  return null;
}

function problemOfMark({ count, dataBytes }: LogEntry, logSectorBytes: number): string | null {
  const room = logSectorBytes - ENTRY_BYTES;
  if (count !== 0) return `a mark has nr_sectors ${count}, expected 0`;
  return dataBytes <= room ? null : `a mark has data_len ${dataBytes}, expected ${room} or less`;
}
