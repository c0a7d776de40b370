/**
 * Owners of a VHD's bios: the format's own, below zero; the row of a request for its plain data; for data whose bits are
 * set in a transaction (bitTransactions.ts) the row and 32 or 64 more, by the turn.
 */
export const OWNER_ZEROS = -4;
export const OWNER_TABLE = -5;
export const OWNER_BITS = -6;
const ROW_COUNT = 32;

export function ownerInTurn(row: number, turn: number): number {
  return row + (turn + 1) * ROW_COUNT;
}

export function hasTurn(owner: number): boolean {
  return owner >= ROW_COUNT;
}

export function turnOf(owner: number): number {
  return owner >= 2 * ROW_COUNT ? 1 : 0;
}

export function rowOf(owner: number): number {
  return owner & (ROW_COUNT - 1);
}
