/** Puts the key of a whole stack together. */
import type { Parts } from '../parts.ts';
import type { KeyBytes } from './bytes.ts';
import { RequestKey } from './requests.ts';
import { TransportKey } from './transport.ts';

export class StateKey {
  private readonly parts: Parts;
  private readonly guestRequests: RequestKey;
  private readonly hostRequests: RequestKey;
  private readonly transport: TransportKey | null;

  constructor(parts: Parts) {
    const { bios, transport } = parts;
    const transportKey = transport === null ? null : new TransportKey(transport);
    this.parts = parts;
    this.transport = transportKey;
    this.guestRequests = new RequestKey(bios, (owner) => owner);
    this.hostRequests = new RequestKey(bios, (owner) => (owner < 0 ? owner : transportKey!.ownerName(owner)));
  }

  /** Where a ring id stands among those that the backend has taken, as of the last key. */
  placeOfId(id: number): number {
    return this.transport!.nameOf[id];
  }

  /** What the medium and the cache hold, and what is on its way there: with the history, all that power loss can show. */
  writeDisk(key: KeyBytes): void {
    const { disk } = this.parts;
    disk.commands.writeImages(key, this.parts.bios, disk.media.destage === 'epoch' ? disk.media.floorEpochMax : null);
    disk.media.writeKey(key, disk.commands);
    this.parts.decoder?.writeKey(key);
  }

  /** Everything else. */
  writeRest(key: KeyBytes): void {
    const { guest, queue, transport, disk } = this.parts;
    guest.writeKey(key);
    queue.writeKey(key, this.guestRequests);
    this.transport?.write(key, this.guestRequests);
    transport?.host.writeKey(key, this.hostRequests);
    disk.commands.writeKey(key, transport === null ? this.guestRequests : this.hostRequests);
  }
}
