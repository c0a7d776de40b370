/**
 * Every guarantee that an image decides as one question: is there a sector whose version *ends* something at some time,
 * and a sector whose version *stands* from after that time? Order guarantees are such pairs by their nature (a write
 * is lost, a later one stands, a barrier between them); of durability one lost version is enough, whatever stands.
 */
import { KIND, STATUS } from '../../../base/history.ts';
import { GUARANTEE } from '../../../contract/guarantees.ts';
import { type Claims, firstFrom } from './claims.ts';

/** An image violates the rule iff the least `ends` over its sectors is less than the largest `stands`. */
export interface Rule {
  /** A time from 0; Infinity: the version loses nothing. */
  ends(sector: number, version: number): number;
  /** A time from 1; 0: nothing stands. */
  stands(sector: number, version: number): number;
}

/** Each of these alone violates the guarantee; none: it is no image that decides it. */
export function rulesOf(claims: Claims, guarantee: number): readonly Rule[] {
  switch (guarantee) {
    case GUARANTEE.barrierOrder:
      return [orderRule(claims, claims.payloadTimes), commitRule(claims)];
    case GUARANTEE.emptyBarrierOrder:
      return [orderRule(claims, claims.emptyTimes)];
    case GUARANTEE.barrierDurability:
    case GUARANTEE.emptyBarrierDurability:
    case GUARANTEE.flushDurability:
    case GUARANTEE.fsyncDurability:
    case GUARANTEE.fuaDurability:
      return [durabilityRule(claims, guarantee)];
    default:
      return [];
  }
}

/** A write is lost, and one submitted after a barrier behind it stands. */
function orderRule(claims: Claims, barrierTimes: readonly number[]): Rule {
  const { submit } = claims.history;
  return {
    ends: (sector, version) => firstFrom(barrierTimes, claims.lostUnder(sector, version)),
    stands: (_, version) => (version < 0 ? 0 : submit[version]),
  };
}

/** A write is lost, and the payload of a later barrier stands. */
function commitRule(claims: Claims): Rule {
  const { kind, status, submit } = claims.history;
  const isCommit = (version: number): boolean =>
    version >= 0 && kind[version] === KIND.barrier && status[version] <= STATUS.ok;
  return {
    ends: (sector, version) => claims.lostUnder(sector, version),
    stands: (_, version) => (isCommit(version) ? submit[version] : 0),
  };
}

/** A promised write is lost, whatever else the image holds. */
function durabilityRule(claims: Claims, guarantee: number): Rule {
  const last = claims.promisedLast(guarantee);
  const { submit } = claims.history;
  const isLost = (promised: number | undefined, sector: number, version: number): boolean =>
    promised !== undefined && promised !== version && submit[promised] >= claims.settledAt(sector, version);
  return {
    ends: (sector, version) => (isLost(last.get(sector), sector, version) ? 0 : Infinity),
    stands: () => 1,
  };
}
