/** The ring, its two ends and the backend in a key: ring ids are named by the requests they stand for. */
import type { Lane } from '../layers.ts';
import type { KeyBytes } from './bytes.ts';
import type { RequestKey } from './requests.ts';

const UNNAMED = -1;
/** A ring has 32 slots at most. */
const RING_ID_MASK = 31;

export class TransportKey {
  /** What the requests that the backend has taken are called, by ring id. */
  readonly nameOf: Int32Array;
  private readonly transport: Lane;
  private readonly onRing: Uint8Array;

  constructor(transport: Lane) {
    this.transport = transport;
    this.nameOf = new Int32Array(transport.ring.slotCount);
    this.onRing = new Uint8Array(transport.ring.slotCount);
  }

  /** Writes everything between the guest's queue and the host's; `requests` are the guest's. */
  write(key: KeyBytes, requests: RequestKey): void {
    const { ring, front, backend } = this.transport;
    this.onRing.fill(0);
    key.putFlags(front.interrupted, front.stopped, front.breachCount + front.shadow.breachCount > 0, backend.awake);
    ring.writeKey(key, (id) => {
      this.onRing[id] = 1;
      requests.put(front.shadow.request[id]);
    });
    this.writeTaken(key, requests);
    backend.writeKey(key, (id) => (id < 0 ? UNNAMED : this.nameOf[id]));
  }

  /** What the owner of a bio is called: a ring id, or one with what the backend adds to it (above all ids). */
  ownerName(owner: number): number {
    return this.nameOf[owner & RING_ID_MASK] + (owner & ~RING_ID_MASK);
  }

  /** The same once the guest is dead: what the backend holds. */
  writeOutlived(key: KeyBytes, requests: RequestKey): void {
    const { ring, backend } = this.transport;
    const { length } = key;
    this.onRing.fill(0);
    ring.writeKey(key, (id) => {
      this.onRing[id] = 1;
    });
    key.length = length;
    this.writeTaken(key, requests);
    backend.writeKey(key, (id) => (id < 0 ? UNNAMED : this.nameOf[id]));
  }

  private writeTaken(key: KeyBytes, requests: RequestKey): void {
    const { front, backend } = this.transport;
    const { shadow } = front;
    const taken: number[] = [];
    for (let id = 0; id < this.onRing.length; id++) if (shadow.isInUse(id) && this.onRing[id] === 0) taken.push(id);
    taken.sort((a, b) => requests.order(shadow.request[a]) - requests.order(shadow.request[b]) || a - b);
    this.nameOf.fill(UNNAMED);
    taken.forEach((id, name) => {
      this.nameOf[id] = name;
      requests.put(shadow.request[id]);
      backend.pending.writeKey(key, id);
    });
    key.put(UNNAMED);
    if (!backend.pending.overwritesNext) return;
    // An id that is remembered is more than a name: whose it is, and who gets it next.
    key.put(backend.pending.early);
    shadow.writeOrder(key, true, (rq) => requests.put(rq));
  }
}
