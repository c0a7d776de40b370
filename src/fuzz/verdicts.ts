/** Verdict codes by name, and the worse of two sets of them. */
import { GUARANTEES, type Guarantee, VERDICT_NAMES, type VerdictName } from '../contract/guarantees.ts';
import type { Stack } from '../stack/stack.ts';
import { addLive } from './live.ts';

type Verdicts = Readonly<Record<Guarantee, VerdictName>>;

/** Names the codes; what the stack itself says of its protocol comes later. */
export function named(code: Uint8Array): Record<Guarantee, VerdictName> {
  const entries = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[code[row]]]);
  return Object.fromEntries(entries) as Record<Guarantee, VerdictName>;
}

/** The stack's own word on the run. */
export function withLive(verdicts: Verdicts, stack: Stack): Verdicts {
  const code = Uint8Array.from(GUARANTEES, (name) => VERDICT_NAMES.indexOf(verdicts[name]));
  addLive(code, stack);
  return named(code);
}

export function worseVerdicts(one: Verdicts, other: Verdicts): Verdicts {
  const worse = GUARANTEES.map((name) => {
    const both = [one[name], other[name]].map((verdict) => VERDICT_NAMES.indexOf(verdict));
    return [name, VERDICT_NAMES[Math.max(...both)]] as const;
  });
  return Object.fromEntries(worse) as Verdicts;
}
