/**
 * The rules of witness/rules.ts for images that were decoded: a sector may come out as a marker, or with a version that
 * was never written there, which covers nothing; and that in itself breaks `integrity`.
 */
import { VERSION } from '../../../base/history.ts';
import { GUARANTEE } from '../../../contract/guarantees.ts';
import type { Claims } from '../witness/claims.ts';
import { type Rule, rulesOf } from '../witness/rules.ts';

export function decodedRulesOf(claims: Claims, guarantee: number): readonly Rule[] {
  if (guarantee === GUARANTEE.integrity) return [integrityRule(claims)];
  return rulesOf(claims, guarantee).map((rule) => ({
    ends: (sector, version) => rule.ends(sector, ownVersion(claims, sector, version)),
    stands: (sector, version) => rule.stands(sector, ownVersion(claims, sector, version)),
  }));
}

function integrityRule(claims: Claims): Rule {
  return {
    ends: (sector, version) => (ownVersion(claims, sector, version) < VERSION.initial ? 0 : Infinity),
    stands: () => 1,
  };
}

function ownVersion({ history }: Claims, sector: number, version: number): number {
  if (version < 0) return version;
  const first = history.sector[version];
  return sector >= first && sector < first + history.count[version] ? version : VERSION.misplaced;
}
