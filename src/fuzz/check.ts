/** How a run is judged. Light to import: the options of `run` need the names. */

/** One image of one crash point; every image of every crash point, decided; the same, and built one by one. */
export const CHECKS = ['sample', 'exact', 'enumerate'] as const;
export type Check = (typeof CHECKS)[number];
