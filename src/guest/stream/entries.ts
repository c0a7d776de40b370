/** The entries of a log while it is being read: columns that grow with what is there, never with what is promised. */
import { PAGE_SECTORS } from '../../base/units.ts';
import type { RecordedStream, StreamMark } from './recorded.ts';

export class EntryColumns {
  entryCount = 0;
  private sector = new Int32Array(256);
  private count = new Int32Array(256);
  private flags = new Uint8Array(256);
  private readonly marks: StreamMark[] = [];
  private sectorEnd = 0;

  get markCount(): number {
    return this.marks.length;
  }

  add(sector: number, count: number, flags: number): void {
    if (this.entryCount === this.flags.length) this.grow();
    this.sector[this.entryCount] = sector;
    this.count[this.entryCount] = count;
    this.flags[this.entryCount] = flags;
    this.entryCount++;
    if (count > 0) this.sectorEnd = Math.max(this.sectorEnd, sector + count);
  }

  /** Names the entry added last. */
  addMark(name: string): void {
    this.marks.push({ name, entry: this.entryCount - 1 });
  }

  finish(trailingBytes: number): RecordedStream {
    const { entryCount, sectorEnd } = this;
    return {
      entryCount,
      sector: this.sector.slice(0, entryCount),
      count: this.count.slice(0, entryCount),
      flags: this.flags.slice(0, entryCount),
      marks: this.marks,
      sectorCount: Math.max(1, Math.ceil(sectorEnd / PAGE_SECTORS)) * PAGE_SECTORS,
      trailingBytes,
    };
  }

  private grow(): void {
    const room = 2 * this.entryCount;
    this.sector = widened(this.sector, room);
    this.count = widened(this.count, room);
    const flags = new Uint8Array(room);
    flags.set(this.flags);
    this.flags = flags;
  }
}

function widened(column: Int32Array, room: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(room);
  wider.set(column);
  return wider;
}
