/** Units of the block world, in one place so that nobody multiplies by 512 from memory. */

/** Bytes of a sector, the unit of every address. */
export const SECTOR_BYTES = 512;
/** Sectors of a 4 KiB page: a ring segment, a page of a page cache, the larger atomic unit. */
export const PAGE_SECTORS = 8;
/** Segments a ring request carries at most (facts.md §7, §10.2). */
const RING_SEGMENTS_MAX = 11;
/** Sectors a ring request carries at most: 11 segments of 4 KiB. */
export const RING_REQUEST_SECTORS_MAX: number = RING_SEGMENTS_MAX * PAGE_SECTORS;
