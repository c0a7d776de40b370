/**
 * The swarm of a workload: before any operation is drawn, it is decided which kinds the workload uses at all
 * and in which proportions, how large and how aligned its requests are, how much they overlap, how far apart
 * its barriers lie. A workload that never flushes finds what one that flushes now and then would cover up.
 */
import type * as fc from 'fast-check';
import { PAGE_SECTORS, RING_REQUEST_SECTORS_MAX } from '../../base/units.ts';
import { WORKLOAD_KINDS, type WorkloadConstraints, type WorkloadKind } from './constraints.ts';
import { below, chance, oneOf } from './draws.ts';
import { drawLayout, type Layout } from './layout.ts';

/** What a single operation is drawn from: the kinds, with the two barriers apart. Index into Swarm.weights. */
export const CHOICE = {
  write: 0,
  fua: 1,
  discard: 2,
  barrier: 3,
  emptyBarrier: 4,
  flush: 5,
  bufwrite: 6,
  fsync: 7,
  fdatasync: 8,
  read: 9,
} as const;
/** The first choices are the direct requests that bursts are made of. */
const BURST_CHOICES = 3;
/** In how many of eight workloads a choice is disabled. */
const DISABLED_EIGHTHS = [1, 4, 5, 2, 2, 2, 1, 2, 4, 5] as const;

/** The shapes a workload is composed of. Index into Swarm.phrases. */
export const PHRASE = { single: 0, commit: 1, flushed: 2, emptyBarrier: 3, fileSync: 4, rewrite: 5 } as const;
const PHRASE_COUNT = 6;

export interface Swarm extends Layout {
  readonly weights: readonly number[];
  readonly weightTotal: number;
  /** The total of the first BURST_CHOICES weights. */
  readonly burstTotal: number;
  readonly phrases: readonly number[];
  readonly phraseTotal: number;
  /** Requests before the operation that makes them durable, at most. */
  readonly gapMax: number;
  readonly countMax: number;
  /** Some requests are larger than a ring request takes. */
  readonly huge: boolean;
  /** Sectors that requests are aligned to. */
  readonly align: number;
  /** Eighths of the requests that go to the hot part of their region. */
  readonly hotEighths: number;
  /** Eighths of the places for it that a `wait` is put in. */
  readonly waitEighths: number;
  /** Each thread keeps to a file of its own. */
  readonly fileOfThread: boolean;
  /** Direct requests lie one behind the other. */
  readonly apart: boolean;
}

export function drawSwarm(random: fc.Random, constraints: WorkloadConstraints): Swarm {
  const { direct, files } = drawLayout(random, constraints);
  const drawn = drawWeights(random, files.length > 0);
  const weights = constraints.kinds === undefined ? drawn : weightsOf(constraints.kinds, drawn, files.length > 0);
  const phrases = drawPhrases(random, weights);
  return {
    direct,
    files,
    weights,
    weightTotal: sum(weights, weights.length),
    burstTotal: sum(weights, BURST_CHOICES),
    phrases,
    phraseTotal: sum(phrases, phrases.length),
    gapMax: oneOf(random, [1, 2, 2, 4, 4, 8, 16, 32]),
    countMax: oneOf(random, [1, 1, 2, 4, 8, 8, 16, 32]),
    huge: direct.count > RING_REQUEST_SECTORS_MAX && chance(random, 3),
    align: chance(random, constraints.atomicSectors === PAGE_SECTORS ? 6 : 3) ? PAGE_SECTORS : 1,
    hotEighths: oneOf(random, [0, 2, 4, 6, 8]),
    waitEighths: oneOf(random, [0, 1, 2, 4, 6]),
    fileOfThread: chance(random, 4),
    apart: constraints.apart === true,
  };
}

function drawWeights(random: fc.Random, hasFiles: boolean): number[] {
  const weights = DISABLED_EIGHTHS.map((eighths) => (chance(random, eighths) ? 0 : 1 << below(random, 5)));
  if (!hasFiles) weights[CHOICE.bufwrite] = 0;
  // Syncing a file that nobody writes is worth a rare look only.
  if (!hasFiles || (weights[CHOICE.bufwrite] === 0 && !chance(random, 1))) {
    weights[CHOICE.fsync] = 0;
    weights[CHOICE.fdatasync] = 0;
  }
  if (sum(weights, weights.length) === 0) weights[CHOICE.write] = 1;
  return weights;
}

/** Of the kinds asked for, each with a weight; without a file none is left that needs one. */
function weightsOf(kinds: readonly WorkloadKind[], drawn: readonly number[], hasFiles: boolean): number[] {
  const weights = WORKLOAD_KINDS.map((kind, choice) => (kinds.includes(kind) ? Math.max(1, drawn[choice]) : 0));
  if (!hasFiles) for (const choice of [CHOICE.bufwrite, CHOICE.fsync, CHOICE.fdatasync]) weights[choice] = 0;
  if (sum(weights, weights.length) === 0) weights[CHOICE.write] = 1;
  return weights;
}

/** A phrase whose kinds are disabled has no weight; the others are left out now and then too. */
function drawPhrases(random: fc.Random, weights: readonly number[]): number[] {
  const burst = sum(weights, BURST_CHOICES) > 0;
  const sync = weights[CHOICE.fsync] + weights[CHOICE.fdatasync] > 0;
  const possible = [
    true,
    burst && weights[CHOICE.barrier] > 0,
    burst && weights[CHOICE.flush] > 0,
    burst && weights[CHOICE.emptyBarrier] > 0,
    weights[CHOICE.bufwrite] > 0 && sync,
    weights[CHOICE.write] > 0,
  ];
  const phrases = possible.map((can) => (can && chance(random, 7) ? 1 << below(random, 4) : 0));
  if (sum(phrases, PHRASE_COUNT) === 0) phrases[PHRASE.single] = 1;
  return phrases;
}

function sum(weights: readonly number[], count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i];
  return total;
}
