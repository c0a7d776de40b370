/** What a run shows of itself, whatever its image: the stack's own word on its protocol, and what faults excuse. */
import { GUARANTEE, VERDICT } from '../contract/guarantees.ts';
import type { Stack } from '../stack/stack.ts';

/** Puts it into VERDICT codes of the oracle's, and returns them. Liveness is judged without an injected fault (contract.md); twice is never excused. */
export function addLive(code: Uint8Array, stack: Stack): Uint8Array {
  code[GUARANTEE.protocol] = stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
  if (isExcused(stack)) code[GUARANTEE.liveness] = VERDICT.na;
  return code;
}

/** Whether a fault excuses what never ends. */
export function isExcused(stack: Stack): boolean {
  return stack.faultCount > 0 && stack.history.twiceCount === 0;
}
