/** What the guest finds on its device: as it is now, or after recovery from an image of the disk. */
import type { History } from '../base/history.ts';
import { type Decoder, decodeImage } from './backend/decoder.ts';
import type { Outage } from './outage.ts';
import type { Parts } from './parts.ts';

export class DeviceImage {
  /** What makes the guest's image of one of the disk; null: they are the same. */
  readonly decoder: Decoder | null;
  private readonly history: History;
  private readonly current: Int32Array;
  private readonly outage: Outage;
  /** An image of the disk, to be decoded; without a decoder the history's own is one. */
  private readonly own: Int32Array;

  constructor({ decoder, history, disk, outage }: Parts) {
    this.decoder = decoder;
    this.history = history;
    this.current = disk.media.current;
    this.outage = outage;
    this.own = new Int32Array(decoder === null ? 0 : disk.media.sectorCount);
  }

  /** Where an image of the disk is built. */
  get ofDisk(): Int32Array {
    return this.decoder === null ? this.history.image : this.own;
  }

  /** Leaves in the history what the guest would read now; what has died with its process is read anew. */
  readNow(): void {
    const { history, decoder, outage, current } = this;
    const read = (sector: number): number => current[sector];
    if (decoder === null) history.image.set(current);
    else
      for (let x = 0; x < history.sectorCount; x++)
        history.image[x] = outage.isProcessDead ? decoder.sectorReopened(x, read) : decoder.sectorNow(x, read);
  }

  /** Leaves in the history what the guest finds after recovery from the image of the disk. */
  decode(): void {
    const { decoder, history } = this;
    if (decoder !== null) decodeImage(decoder, history.sectorCount, this.own, history.image);
  }
}
