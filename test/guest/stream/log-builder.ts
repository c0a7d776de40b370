/** Builds dm-log-writes logs byte by byte, good and bad ones. */

export interface EntryFields {
  readonly sector?: bigint | number;
  readonly count?: bigint | number;
  readonly flags?: bigint | number;
  readonly dataBytes?: bigint | number;
  /** Bytes behind the padded entry; by default zeros as many as the entry says. */
  readonly data?: Uint8Array;
  /** Text of a mark, in the entry's padding. */
  readonly text?: string;
}

export interface LogFields {
  readonly magic?: bigint;
  readonly version?: bigint;
  readonly entryCount?: bigint;
  readonly sectorBytes?: number;
}

export function logOf(entries: readonly EntryFields[], fields: LogFields = {}): Uint8Array {
  const sectorBytes = fields.sectorBytes ?? 512;
  const superblock = Buffer.alloc(Math.max(512, sectorBytes));
  superblock.writeBigUInt64LE(fields.magic ?? 0x6a736677736872n, 0);
  superblock.writeBigUInt64LE(fields.version ?? 1n, 8);
  superblock.writeBigUInt64LE(fields.entryCount ?? BigInt(entries.length), 16);
  superblock.writeUInt32LE(sectorBytes, 24);
  return Buffer.concat([superblock, ...entries.flatMap((entry) => entryOf(entry, sectorBytes))]);
}

function entryOf(entry: EntryFields, sectorBytes: number): Uint8Array[] {
  const { sector = 0, count = 0, flags = 0, text = '' } = entry;
  const header = Buffer.alloc(Math.max(512, sectorBytes));
  header.writeBigUInt64LE(BigInt(sector), 0);
  header.writeBigUInt64LE(BigInt(count), 8);
  header.writeBigUInt64LE(BigInt(flags), 16);
  header.writeBigUInt64LE(BigInt(entry.dataBytes ?? text.length), 24);
  header.write(text, 32, 'latin1');
  const hasData = (Number(flags) & 12) === 0 && BigInt(count) < 1n << 20n;
  return [header, entry.data ?? Buffer.alloc(hasData ? Number(count) * sectorBytes : 0)];
}
