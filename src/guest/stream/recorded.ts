/** A recorded block stream: what a real file system sent to its device, entry by entry, without the data. */

/** Bits of an entry's flags, as dm-log-writes has them. */
export const ENTRY_FLAG = { flush: 1, fua: 2, discard: 4, mark: 8, metadata: 16 } as const;

/** A place in the stream that whoever recorded it gave a name. */
export interface StreamMark {
  /** Printable ASCII, cut to 255 characters. */
  readonly name: string;
  /** Index of the mark's own entry: what was done before it has a smaller one. */
  readonly entry: number;
}

export interface RecordedStream {
  readonly entryCount: number;
  /** First 512-byte sector of each entry. Holds entryCount entries, like the two columns below. */
  readonly sector: Int32Array;
  /** 512-byte sectors; 0 for a pure flush and a mark. */
  readonly count: Int32Array;
  /** ENTRY_FLAG bits. */
  readonly flags: Uint8Array;
  readonly marks: readonly StreamMark[];
  /** Sectors of the device: up to the highest one touched, rounded up to a whole 4 KiB page. */
  readonly sectorCount: number;
  /** Bytes that followed the last entry and were not looked at. */
  readonly trailingBytes: number;
}
