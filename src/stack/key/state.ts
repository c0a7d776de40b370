/** Puts the key of a whole stack together: with several guests each in turn, and then the host that they share. */
import { backendOwner, guestOfOwner } from '../group/partition.ts';
import { GUESTS_MAX } from '../config.ts';
import type { Parts } from '../parts.ts';
import type { KeyBytes } from './bytes.ts';
import { RequestKey } from './requests.ts';
import { TransportKey } from './transport.ts';

/** One guest, down to its backend. */
interface GuestKey {
  readonly parts: Parts;
  readonly requests: RequestKey;
  readonly transport: TransportKey | null;
  /** Of further rings. */
  readonly lanes: readonly TransportKey[];
}

export class StateKey {
  private readonly parts: Parts;
  private readonly guests: readonly GuestKey[];
  private readonly hostRequests: RequestKey;

  /** @param others the parts of further guests. */
  constructor(parts: Parts, ...others: readonly Parts[]) {
    this.parts = parts;
    this.guests = [parts, ...others].map((own) => ({
      parts: own,
      requests: new RequestKey(parts.bios, (owner) => owner),
      transport: own.transport === null ? null : new TransportKey(own.transport),
      lanes: own.transport?.lanes.map((lane) => new TransportKey(lane)) ?? [],
    }));
    this.hostRequests = new RequestKey(parts.bios, (owner) => this.ownerName(owner));
  }

  /** Where a ring id stands among those that the guest's backend has taken, as of the last key. */
  placeOfId(id: number, guest: number = 0, ring: number = 0): number {
    const { transport, lanes } = this.guests[guest];
    return (ring === 0 ? transport! : lanes[ring - 1]).nameOf[id];
  }

  /** What the medium and the cache hold, and what is on its way there: with the histories, all that power loss can show. */
  writeDisk(key: KeyBytes): void {
    const { disk } = this.parts;
    disk.commands.writeImages(key, this.parts.bios, disk.media.destage === 'epoch' ? disk.media.floorEpochMax : null);
    disk.media.writeKey(key, disk.commands);
    this.parts.decoder?.writeKey(key);
  }

  /** Everything else. */
  writeRest(key: KeyBytes): void {
    const { transport, disk, outage } = this.parts;
    if (outage.mayHappen) outage.writeKey(key);
    this.parts.faults?.writeKey(key);
    if (outage.isOver) return this.writeOutlived(key);
    if (outage.mayResume) this.writeResume(key);
    for (const { parts, requests, transport: own, lanes } of this.guests) {
      parts.guest.writeKey(key);
      parts.queue.writeKey(key, requests);
      own?.write(key, requests);
      for (const lane of lanes) lane.write(key, requests);
      parts.transport?.spread?.writeKey(key);
    }
    transport?.host.writeKey(key, this.hostRequests);
    disk.commands.writeKey(key, transport === null ? this.guests[0].requests : this.hostRequests);
  }

  private ownerName(owner: number): number {
    if (this.parts.group === null) return owner < 0 ? owner : this.guests[0].transport!.ownerName(owner);
    const [number, own] = [guestOfOwner(owner), backendOwner(owner)];
    const place = this.guests.length > 1 ? this.placeOfId(own, number) : this.placeOfId(own, 0, number);
    return own < 0 ? own : place * GUESTS_MAX + number;
  }

  /** The guest is dead: of it and its queue only what the backend has taken still matters. */
  private writeOutlived(key: KeyBytes): void {
    const { queue, transport, disk } = this.parts;
    if (transport === null) return;
    const [{ requests, transport: own }] = this.guests;
    requests.begin(key, queue.state.requests, queue.state.colour);
    own!.writeOutlived(key, requests);
    transport.host.writeKey(key, this.hostRequests);
    disk.commands.writeKey(key, this.hostRequests);
  }

  /** In which order a resume would issue again what is outstanding. */
  private writeResume(key: KeyBytes): void {
    const { queue, transport } = this.parts;
    const { front } = transport!;
    const [{ requests }] = this.guests;
    requests.begin(key, queue.state.requests, queue.state.colour);
    front.shadow.writeOrder(key, front.resumesBySlot, (rq) => requests.put(rq));
  }
}
