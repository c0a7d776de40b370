/**
 * Merging bios into requests that the scheduler still holds (facts.md §7): the last-merge cache, back merges by
 * end sector, the scheduler's front merges; after either, one merge of two requests. No merge crosses a barrier:
 * inserting one empties the scheduler, and nothing in the dispatch FIFO is merged with.
 */
import { BIO, NIL, BIO_AT } from './bios.ts';
import { REQ, REQ_AT } from './requests.ts';
import type { IoScheduler } from './scheduler.ts';
import { type QueueState, requestFlags } from './state.ts';

const UNMERGEABLE = REQ.noMerge | REQ.started | REQ.hardBarrier | REQ.softBarrier;
const SAME = REQ.write | REQ.discard;

/** Adds the bio to a request that touches it; false when there is none. */
export function tryMerge(state: QueueState, scheduler: IoScheduler, bio: number): boolean {
  const { bios, requests } = state;
  const last = state.lastMerge;
  if ((state.sortedCount === 0 && last === NIL) || (bios.rows[bio + BIO_AT.flags] & BIO.barrier) !== 0) return false;
  const sector = bios.rows[bio + BIO_AT.sector];
  const end = sector + bios.rows[bio + BIO_AT.count];
  const flags = requestFlags(bios.rows[bio + BIO_AT.flags]);
  if (last !== NIL && mayJoin(state, last, flags)) {
    if (requests.end(last) === sector) return mergeBack(state, scheduler, last, bio);
    if (isSorted(state, last) && requests.rows[last + REQ_AT.sector] === end)
      return mergeFront(state, scheduler, last, bio);
  }
  const back = scheduler.backMerge(sector);
  if (back !== NIL && mayJoin(state, back, flags)) return mergeBack(state, scheduler, back, bio);
  const front = scheduler.frontMerge(end, flags);
  return front !== NIL && mayJoin(state, front, flags) && mergeFront(state, scheduler, front, bio);
}

/** Only with a stale last-merge cache (a mutant) is a request merged with that the scheduler doesn't hold. */
function isSorted(state: QueueState, rq: number): boolean {
  return (state.requests.rows[rq + REQ_AT.flags] & REQ.sorted) !== 0;
}

function mayJoin(state: QueueState, rq: number, flags: number): boolean {
  const own = state.requests.rows[rq + REQ_AT.flags];
  return (own & UNMERGEABLE) === 0 && ((own ^ flags) & SAME) === 0;
}

/** Whether so much more fits; a request found full is never looked at again. */
function fits(state: QueueState, rq: number, sectorCount: number, segmentCount: number): boolean {
  const { requests, limits } = state;
  const discard = (requests.rows[rq + REQ_AT.flags] & REQ.discard) !== 0;
  if (discard || requests.rows[rq + REQ_AT.count] + sectorCount <= limits.sectorsMax) {
    if (discard || requests.rows[rq + REQ_AT.segments] + segmentCount <= limits.segmentsMax) return true;
  }
  requests.rows[rq + REQ_AT.flags] |= REQ.noMerge;
  if (state.lastMerge === rq) state.lastMerge = NIL;
  return false;
}

function mergeBack(state: QueueState, scheduler: IoScheduler, rq: number, bio: number): boolean {
  const { bios, requests } = state;
  if (!fits(state, rq, bios.rows[bio + BIO_AT.count], bios.segments(bio))) return false;
  bios.rows[requests.rows[rq + REQ_AT.bioTail] + BIO_AT.next] = bio;
  requests.rows[rq + REQ_AT.bioTail] = bio;
  requests.rows[rq + REQ_AT.count] += bios.rows[bio + BIO_AT.count];
  requests.rows[rq + REQ_AT.segments] += bios.segments(bio);
  state.lastMerge = rq;
  const latter = isSorted(state, rq) ? scheduler.latter(rq) : NIL;
  if (latter !== NIL) joinRequests(state, scheduler, rq, latter);
  return true;
}

function mergeFront(state: QueueState, scheduler: IoScheduler, rq: number, bio: number): boolean {
  const { bios, requests } = state;
  if (!fits(state, rq, bios.rows[bio + BIO_AT.count], bios.segments(bio))) return false;
  bios.rows[bio + BIO_AT.next] = requests.rows[rq + REQ_AT.bioHead];
  requests.rows[rq + REQ_AT.bioHead] = bio;
  requests.rows[rq + REQ_AT.sector] = bios.rows[bio + BIO_AT.sector];
  requests.rows[rq + REQ_AT.count] += bios.rows[bio + BIO_AT.count];
  requests.rows[rq + REQ_AT.segments] += bios.segments(bio);
  state.lastMerge = rq;
  const former = scheduler.former(rq);
  if (former !== NIL && joinRequests(state, scheduler, former, rq)) return true;
  scheduler.frontMerged(rq);
  return true;
}

/** Appends request `gone` to `rq` when it follows it directly; true when it did. */
function joinRequests(state: QueueState, scheduler: IoScheduler, rq: number, gone: number): boolean {
  const { bios, requests } = state;
  if (requests.end(rq) !== requests.rows[gone + REQ_AT.sector]) return false;
  if ((requests.rows[rq + REQ_AT.flags] & UNMERGEABLE) !== 0 || !mayJoin(state, gone, requests.rows[rq + REQ_AT.flags]))
    return false;
  if (!fits(state, rq, requests.rows[gone + REQ_AT.count], requests.rows[gone + REQ_AT.segments])) return false;
  bios.rows[requests.rows[rq + REQ_AT.bioTail] + BIO_AT.next] = requests.rows[gone + REQ_AT.bioHead];
  requests.rows[rq + REQ_AT.bioTail] = requests.rows[gone + REQ_AT.bioTail];
  requests.rows[rq + REQ_AT.count] += requests.rows[gone + REQ_AT.count];
  requests.rows[rq + REQ_AT.segments] += requests.rows[gone + REQ_AT.segments];
  scheduler.absorbed(rq, gone);
  state.unsort(gone);
  state.lastMerge = rq;
  requests.release(gone);
  return true;
}
