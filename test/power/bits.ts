/** The numbers below `count` for which something is so, a bit each. */
export function bitsWhere(count: number, is: (row: number) => boolean): number {
  let bits = 0;
  for (let row = 0; row < count; row++) if (is(row)) bits |= 1 << row;
  return bits;
}
