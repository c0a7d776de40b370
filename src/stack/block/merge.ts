/**
 * Merging bios into requests that the scheduler still holds (facts.md §7): the last-merge cache, back merges by
 * end sector, the scheduler's front merges; after either, one merge of two requests. No merge crosses a barrier:
 * inserting one empties the scheduler, and nothing in the dispatch FIFO is merged with.
 */
import { BIO, NIL } from './bios.ts';
import { REQ } from './requests.ts';
import type { IoScheduler } from './scheduler.ts';
import { type QueueState, requestFlags } from './state.ts';

const UNMERGEABLE = REQ.noMerge | REQ.started | REQ.hardBarrier | REQ.softBarrier;
const SAME = REQ.write | REQ.discard;

/** Adds the bio to a request that touches it; false when there is none. */
export function tryMerge(state: QueueState, scheduler: IoScheduler, bio: number): boolean {
  const { bios, requests } = state;
  if (state.sortedCount === 0 || (bios.flags[bio] & BIO.barrier) !== 0) return false;
  const sector = bios.sector[bio];
  const end = sector + bios.count[bio];
  const flags = requestFlags(bios.flags[bio]);
  const last = state.lastMerge;
  if (last !== NIL && mayJoin(state, last, flags)) {
    if (requests.end(last) === sector) return mergeBack(state, scheduler, last, bio);
    if (requests.sector[last] === end) return mergeFront(state, scheduler, last, bio);
  }
  const back = scheduler.backMerge(sector);
  if (back !== NIL && mayJoin(state, back, flags)) return mergeBack(state, scheduler, back, bio);
  const front = scheduler.frontMerge(end, flags);
  return front !== NIL && mayJoin(state, front, flags) && mergeFront(state, scheduler, front, bio);
}

function mayJoin(state: QueueState, rq: number, flags: number): boolean {
  const own = state.requests.flags[rq];
  return (own & UNMERGEABLE) === 0 && ((own ^ flags) & SAME) === 0;
}

/** Whether so much more fits; a request found full is never looked at again. */
function fits(state: QueueState, rq: number, sectorCount: number, segmentCount: number): boolean {
  const { requests, limits } = state;
  const discard = (requests.flags[rq] & REQ.discard) !== 0;
  if (discard || requests.count[rq] + sectorCount <= limits.sectorsMax) {
    if (discard || requests.segments[rq] + segmentCount <= limits.segmentsMax) return true;
  }
  requests.flags[rq] |= REQ.noMerge;
  if (state.lastMerge === rq) state.lastMerge = NIL;
  return false;
}

function mergeBack(state: QueueState, scheduler: IoScheduler, rq: number, bio: number): boolean {
  const { bios, requests } = state;
  if (!fits(state, rq, bios.count[bio], bios.segments(bio))) return false;
  bios.next[requests.bioTail[rq]] = bio;
  requests.bioTail[rq] = bio;
  requests.count[rq] += bios.count[bio];
  requests.segments[rq] += bios.segments(bio);
  state.lastMerge = rq;
  const latter = scheduler.latter(rq);
  if (latter !== NIL) joinRequests(state, scheduler, rq, latter);
  return true;
}

function mergeFront(state: QueueState, scheduler: IoScheduler, rq: number, bio: number): boolean {
  const { bios, requests } = state;
  if (!fits(state, rq, bios.count[bio], bios.segments(bio))) return false;
  bios.next[bio] = requests.bioHead[rq];
  requests.bioHead[rq] = bio;
  requests.sector[rq] = bios.sector[bio];
  requests.count[rq] += bios.count[bio];
  requests.segments[rq] += bios.segments(bio);
  state.lastMerge = rq;
  const former = scheduler.former(rq);
  if (former !== NIL && joinRequests(state, scheduler, former, rq)) return true;
  scheduler.frontMerged(rq);
  return true;
}

/** Appends request `gone` to `rq` when it follows it directly; true when it did. */
function joinRequests(state: QueueState, scheduler: IoScheduler, rq: number, gone: number): boolean {
  const { bios, requests } = state;
  if (requests.end(rq) !== requests.sector[gone]) return false;
  if ((requests.flags[rq] & UNMERGEABLE) !== 0 || !mayJoin(state, gone, requests.flags[rq])) return false;
  if (!fits(state, rq, requests.count[gone], requests.segments[gone])) return false;
  bios.next[requests.bioTail[rq]] = requests.bioHead[gone];
  requests.bioTail[rq] = requests.bioTail[gone];
  requests.count[rq] += requests.count[gone];
  requests.segments[rq] += requests.segments[gone];
  scheduler.absorbed(rq, gone);
  state.unsort(gone);
  state.lastMerge = rq;
  requests.release(gone);
  return true;
}
