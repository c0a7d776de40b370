/** What reached the lowest layer, as contract.md shows it ("disk" of a history document). Kept only when asked for. */

export type DiskEvent =
  | {
      readonly at: number;
      readonly ev: 'write';
      readonly sector: number;
      readonly versions: readonly number[];
      readonly tag: 'simple' | 'ordered';
      readonly fua: boolean;
    }
  | { readonly at: number; readonly ev: 'flush'; readonly tag: 'simple' | 'ordered' }
  | {
      readonly at: number;
      readonly ev: 'discard';
      readonly sector: number;
      readonly count: number;
      readonly tag: 'simple' | 'ordered';
    }
  | { readonly at: number; readonly ev: 'complete'; readonly of: number; readonly status?: 'eio' };
