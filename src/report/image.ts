/**
 * The surviving image as a raw disk image. Each sector says in text which operation wrote it, so that `strings`,
 * `hexdump -C` or `dd` is all that is needed to look at it. The initial content is zeros.
 */
import { KIND_NAMES, VERSION } from '../base/history.ts';
import { SECTOR_BYTES } from '../base/units.ts';
import type { Replay } from '../fuzz/replay.ts';
import { markerText, sectorRange } from './name.ts';

/** Sectors of a chunk: 1 MiB. */
const CHUNK_SECTORS = 2048;

/** The whole image in one array: sectors · 512 bytes. For large disks use `rawImageChunks`. */
export function rawImage(replay: Replay): Uint8Array {
  const image = new Uint8Array(replay.history.sectorCount * SECTOR_BYTES);
  let offset = 0;
  for (const chunk of rawImageChunks(replay)) {
    image.set(chunk, offset);
    offset += chunk.length;
  }
  return image;
}

/** The image from its first sector on, in new arrays of at most 1 MiB. */
export function* rawImageChunks(replay: Replay): Generator<Uint8Array> {
  const { sectorCount, image } = replay.history;
  const encoder = new TextEncoder();
  for (let first = 0; first < sectorCount; first += CHUNK_SECTORS) {
    const count = Math.min(CHUNK_SECTORS, sectorCount - first);
    const chunk = new Uint8Array(count * SECTOR_BYTES);
    for (let i = 0; i < count; i++) {
      const version = image[first + i];
      if (version === VERSION.initial) continue;
      encoder.encodeInto(sectorText(replay, version), chunk.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
    }
    yield chunk;
  }
}

/** `op 5 write t0 sector 8+2 version 5`; the version is the id of the operation that wrote it. */
function sectorText({ history, program }: Replay, version: number): string {
  const marker = markerText(version);
  if (marker !== null) return `${marker}\n`;
  const file = history.file[version] >= 0 ? ` file ${program.fileName[history.file[version]]}` : '';
  const range = sectorRange(history.sector[version], history.count[version]);
  const thread = `t${history.thread[version]}`;
  return `op ${version} ${KIND_NAMES[history.kind[version]]} ${thread}${file} sector ${range} version ${version}\n`;
}
