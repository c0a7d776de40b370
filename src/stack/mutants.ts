/**
 * The planted bugs (facts.md §16; docs/mutants.md): each is a small deviation at one place of the engine, off by a
 * constant test. A part asks once, when it is made, whether a mutant is its own, and notes when the deviation is taken,
 * so that one never reached can be told from one that nothing noticed.
 */

export const MUTANTS = [
  'B01',
  'B02',
  'B03',
  'B04',
  'B05',
  'B06',
  'B07',
  'B08',
  'B09',
  'B10',
  'B11',
  'B12',
  'B13',
  'B14',
  'B15',
  'B17',
  'B23',
  'B24',
  'B25',
  'B26',
  'B27',
  'B28',
  'B29',
  'B30',
  'B31',
  'B32',
  'B33',
  'B34',
  'B35',
  'B36',
  'B37',
  'B38',
  'B39',
  'B40',
  'B41',
  'B42',
  'B44',
  'B45',
  'D01',
  'D07',
  'D09',
  'D10',
  'D11',
  'D12',
  'D13',
  'D14',
  'D18',
  'D19',
  'D20',
  'D22',
  'D23',
  'G01',
  'G02',
  'G03',
  'G04',
  'G05',
  'G06',
  'G07',
  'G08',
  'G09',
  'G10',
  'G11',
  'G12',
  'G13',
  'G14',
  'G15',
  'G16',
  'G17',
  'G18',
] as const;
export type Mutant = (typeof MUTANTS)[number];

/** Which bug is planted in one stack. */
export class Planted {
  readonly id: Mutant | null;
  /** How often the stack has done what it would not have done without it; never reset. */
  reachedCount = 0;

  constructor(id: Mutant | null) {
    this.id = id;
  }

  is(id: Mutant): boolean {
    return this.id === id;
  }

  /** Notes that the deviation is taken now. Always true, so that it can stand behind the test for it. */
  reach(): boolean {
    this.reachedCount++;
    return true;
  }
}

/** No bug at all. */
export const UNPLANTED: Planted = new Planted(null);
