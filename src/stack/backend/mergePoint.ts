/**
 * Where the barriers of several guests are merged (modes.md "Backends"): the first one taken begins a gathering. What is
 * on the rings by then is still taken, each ring up to its own first barrier, so that a barrier close behind joins; what
 * comes later waits, so that the gathering ends. When nothing is in flight: one flush, all payloads, one flush, and every
 * barrier gathered is answered. From the first flush on, guests without a barrier in it go on.
 */
import { assert } from '../../base/assert.ts';
import { NIL } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Price } from '../price.ts';

const PHASE = { idle: 0, gathering: 1, firstFlush: 2, payload: 3, lastFlush: 4 } as const;

/** The backend of one guest, as the merge point sees it. */
interface Member {
  /** The barrier that waits for a merge point, or is part of one; NIL: none. */
  readonly barrier: number;
  joined: boolean;
  readonly price: Price;
  /** Nothing of the guest's is in flight, and nothing more will be before the point. */
  readonly isDrained: boolean;
  readonly hasPayload: boolean;
  beginGathering(): void;
  flush(): void;
  sendPayload(): void;
  /** The barrier can be answered. */
  leave(): void;
}

export class MergePoint {
  private phase: number = PHASE.idle;
  /** Bios groups of the current phase that have not ended. */
  private openCount = 0;
  private readonly members: Member[] = [];

  /** The next guest's backend. */
  add(member: Member): void {
    this.members.push(member);
  }

  reset(): void {
    this.phase = PHASE.idle;
    this.openCount = 0;
  }

  writeKey(key: KeyBytes): void {
    key.put(this.phase);
    key.put(this.openCount);
  }

  get isGathering(): boolean {
    return this.phase === PHASE.gathering;
  }

  /** A barrier waits. */
  gather(): void {
    if (this.phase !== PHASE.idle) return;
    this.phase = PHASE.gathering;
    for (const member of this.members) member.beginGathering();
    if (!this.isDrained()) this.leader().price.drains++;
  }

  /** The first guest with a barrier in it; while the point gathers, with one that waits. */
  isLeader(member: Member): boolean {
    return this.phase !== PHASE.idle && member === this.leader();
  }

  get canStep(): boolean {
    if (this.phase === PHASE.gathering) return this.isDrained();
    return this.phase !== PHASE.idle && this.openCount === 0;
  }

  step(): void {
    if (this.phase === PHASE.gathering) {
      for (const member of this.members) member.joined = member.barrier !== NIL;
      this.flush(PHASE.firstFlush);
    } else if (this.phase === PHASE.firstFlush && this.joined().some((member) => member.hasPayload))
      this.sendPayloads();
    else if (this.phase === PHASE.payload) this.flush(PHASE.lastFlush);
    else this.answer();
  }

  /** A flush, or the payload of a barrier, has ended. */
  ended(): void {
    this.openCount--;
  }

  /** Whether the barriers gathered have nothing in flight before them, nor has any other guest. */
  isDrained(): boolean {
    return this.members.every((member) => member.isDrained);
  }

  private joined(): Member[] {
    return this.members.filter((member) => member.joined);
  }

  private leader(): Member {
    const isIn = (member: Member): boolean => (this.isGathering ? member.barrier !== NIL : member.joined);
    const leader = this.members.find(isIn);
    assert(leader !== undefined, 'a merge point has a barrier');
    return leader;
  }

  private flush(phase: number): void {
    this.phase = phase;
    this.openCount = 1;
    this.leader().flush();
  }

  private sendPayloads(): void {
    const members = this.joined().filter((member) => member.hasPayload);
    this.phase = PHASE.payload;
    this.openCount = members.length;
    for (const member of members) member.sendPayload();
  }

  private answer(): void {
    for (const member of this.joined()) member.leave();
    this.phase = PHASE.idle;
    if (this.members.some((member) => member.barrier !== NIL)) this.gather();
  }
}
