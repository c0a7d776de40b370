/** Amounts that may be of any size, as a reader takes them in. */

/** Larger ones are given as a power of two. */
const WRITTEN_OUT_MAX = 10_000_000n;
/** Bits that a number holds exactly. */
const NUMBER_BITS = 53;

/** An amount written out, or its power of two to a tenth: `2^43.1`. */
export function amountText(amount: bigint): string {
  return amount <= WRITTEN_OUT_MAX ? String(amount) : `2^${log2(amount).toFixed(1)}`;
}

function log2(amount: bigint): number {
  const shift = Math.max(0, 4 * amount.toString(16).length - NUMBER_BITS);
  return shift + Math.log2(Number(amount >> BigInt(shift)));
}
