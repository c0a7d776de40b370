/**
 * Second crashes of one run: at a few of its crash points the guest comes back with a few of the images, those with the
 * least and the most and some drawn, and each recovery is decided at every step (second.ts). First crashes and their images
 * are sampled, second ones exhausted.
 */
import type { RandomStream } from '../base/random.ts';
import type { ImagePair, SecondCrash as SecondCrashOfCase } from '../case/case.ts';
import type { Program } from '../guest/program.ts';
import { imageOverFloor, layOverFloor } from '../power/enumerate.ts';
import { cheapestImage } from '../power/exact/witness/witness.ts';
import { ImageSampler } from '../power/sample.ts';
import { actionName } from '../stack/actions.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import { SecondCrash, type SecondFound } from './second.ts';

const CRASHES_OF_RUN = 4;
const IMAGES_DRAWN = 2;

/** What a case says of it. */
export interface LostTwice {
  readonly guarantee: number;
  readonly step: number;
  readonly image: readonly ImagePair[];
  readonly second: SecondCrashOfCase;
}

export class Recoveries {
  readonly second: SecondCrash;
  private readonly first: Stack;
  private readonly scope: Scope;
  private readonly sampler: ImageSampler = new ImageSampler();

  constructor(config: StackConfig, scope: Scope) {
    this.first = new Stack(config);
    this.second = new SecondCrash(config, scope);
    this.scope = scope;
  }

  /** Of a run that took the first `stepCount` actions of the schedule; of each row the first violation. */
  ofRun(program: Program, schedule: Int32Array, stepCount: number, random: RandomStream): LostTwice[] {
    const lost: LostTwice[] = [];
    this.second.recoveryCount = 0;
    this.second.crashPoints = 0;
    for (let i = 0; i < CRASHES_OF_RUN; i++) {
      const step = random.below(stepCount + 1);
      this.rewind(program, schedule, step);
      for (const image of this.images(random)) {
        if (!this.second.begin(program, this.first.history, image)) continue;
        for (const found of this.second.run(random))
          if (lost.every(({ guarantee }) => guarantee !== found.guarantee)) lost.push(this.told(step, image, found));
      }
    }
    return lost;
  }

  private rewind(program: Program, schedule: Int32Array, step: number): void {
    const { first } = this;
    first.reset(program);
    for (let i = 0; i < step; i++) {
      first.refresh();
      first.perform(schedule[i]);
    }
    first.history.crashAt = first.clock.tick();
  }

  private images(random: RandomStream): Int32Array[] {
    const { first, scope, sampler } = this;
    const made = new Map<string, Int32Array>();
    const add = (write: (image: Int32Array) => void): void => {
      const image = new Int32Array(first.disk.media.sectorCount);
      write(image);
      made.set(image.join(), image);
    };
    for (const write of extremes(first, scope)) add(write);
    for (let i = 0; i < IMAGES_DRAWN; i++) add((image) => sampler.draw(first.disk, scope, random, image));
    return [...made.values()];
  }

  private told(step: number, image: Int32Array, found: SecondFound): LostTwice {
    const schedule = found.schedule.map(actionName);
    return {
      guarantee: found.guarantee,
      step,
      image: imageOverFloor(this.first.disk, image),
      second: { schedule, step: schedule.length, image: found.image },
    };
  }
}

/** The images with the most and, where only power loss takes anything, the least. */
export function extremes(stack: Stack, scope: Scope): ((image: Int32Array) => void)[] {
  const most = (image: Int32Array): void => cheapestImage(stack, scope, image);
  return scope === 'power' ? [(image) => layOverFloor(stack.disk, [], image), most] : [most];
}
