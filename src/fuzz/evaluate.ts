/** Tries a candidate of the shrinker: does it still violate the guarantee, and under which image? */
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Operation } from '../guest/operation.ts';
import { compileWorkload } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import { probeImages } from '../power/probes.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import { Walk, takeListed, takeNext } from './walk.ts';

/** Open units looked at one by one when images are tried; on a large device, where judging takes longer, fewer. */
const PROBED_UNITS_MAX = 256;
const PROBED_UNITS_MAX_LARGE = 8;
/** Sectors from which on a device is large: recorded streams have such. */
const LARGE_DEVICE_SECTORS = 16_384;

/** A smaller case to try. */
export interface Candidate {
  readonly threads: readonly (readonly Operation[])[];
  /** Actions; without power loss the run goes on by itself after them. */
  readonly schedule: readonly number[];
}

/** A candidate that violates the guarantee. */
export interface Failing extends Candidate {
  /** Step of its thread's list that each action of the schedule belongs to, or -1. */
  readonly stepOf: readonly number[];
  /** Actions before the power loss; null: none. */
  readonly crashStep: number | null;
  readonly image: readonly (readonly [sector: number, version: number])[];
  /** Verdict codes of that image. */
  readonly code: Uint8Array;
}

export class Evaluator {
  evaluations = 0;
  private readonly stack: Stack;
  private readonly scope: Scope;
  private readonly guarantee: number;
  private readonly crashes: boolean;
  private readonly oracle: Oracle = new Oracle();
  private readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Operations of the last witness: the promise, what was lost, what survived. */
  witness: readonly number[] = [];
  /** Sectors of the last witness: where to look first. */
  private hints: number[] = [];
  private readonly unitsMax: number;

  constructor(config: StackConfig, scope: Scope, guarantee: Guarantee, crashes: boolean) {
    this.stack = new Stack(config);
    this.scope = scope;
    this.guarantee = GUARANTEES.indexOf(guarantee);
    this.crashes = crashes;
    this.unitsMax = config.disk.sectors < LARGE_DEVICE_SECTORS ? PROBED_UNITS_MAX : PROBED_UNITS_MAX_LARGE;
  }

  /** Runs the candidate to the end of its schedule (power loss there) or, without power loss, to its end. */
  tryListed(candidate: Candidate, loose: boolean): Failing | null {
    const walk = this.start(candidate);
    takeListed(this.stack, walk, candidate.schedule, Infinity, loose);
    const listedCount = walk.taken.length;
    if (!this.crashes) while (takeNext(this.stack, walk, Infinity));
    const image = this.violatingImage();
    if (image === null) return null;
    const schedule = walk.taken.slice(0, listedCount);
    const crashStep = this.crashes ? listedCount : null;
    return this.failing({ ...candidate, schedule }, walk.stepOf.slice(0, listedCount), crashStep, image);
  }

  /** Runs the operations in the documented order alone, and loses power at the first step at which it shows. */
  tryDefaultOrder(threads: Candidate['threads']): Failing | null {
    const candidate = { threads, schedule: [] };
    const walk = this.start(candidate);
    if (!this.crashes) {
      while (takeNext(this.stack, walk, Infinity));
      const image = this.violatingImage();
      return image === null ? null : this.failing(candidate, [], null, image);
    }
    do {
      const image = this.violatingImage();
      if (image !== null) return this.failing(candidate, [], walk.taken.length, image);
    } while (takeNext(this.stack, walk, Infinity));
    return null;
  }

  private start(candidate: Candidate): Walk {
    this.evaluations++;
    this.stack.reset(compileWorkload({ threads: candidate.threads }, this.stack.config.disk.sectors));
    return new Walk();
  }

  private failing(
    candidate: Candidate,
    stepOf: readonly number[],
    crashStep: number | null,
    image: Failing['image'],
  ): Failing {
    return { ...candidate, stepOf, crashStep, image, code: this.code.slice() };
  }

  /** The first telling image that violates the guarantee; the history's times stay as they are. */
  private violatingImage(): Failing['image'] | null {
    const { stack, scope } = this;
    const { disk, history, clock } = stack;
    if (!this.crashes) {
      history.image.set(disk.media.current);
      return this.isViolated() ? [] : null;
    }
    history.crashAt = clock.now + 1;
    const found = probeImages(disk, scope, history.image, this.hints, this.unitsMax, () => this.isViolated());
    return found ? imageOverFloor(disk, history.image) : null;
  }

  private isViolated(): boolean {
    const { history, breachCount } = this.stack;
    const verdict = this.oracle.judge(history);
    this.code.set(verdict.code);
    this.code[GUARANTEE.protocol] = breachCount > 0 ? VERDICT.violated : VERDICT.holds;
    if (this.code[this.guarantee] !== VERDICT.violated) return false;
    const { by, lost, survivor, sector } = verdict;
    const guarantee = this.guarantee;
    this.witness = [by[guarantee], lost[guarantee], survivor[guarantee]].filter((op) => op >= 0);
    const survived = survivor[guarantee] < 0 ? -1 : history.sector[survivor[guarantee]];
    this.hints = [sector[guarantee], survived].filter((hint) => hint >= 0);
    return true;
  }
}
