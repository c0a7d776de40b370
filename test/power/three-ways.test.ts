import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RandomStream } from '../../dist/base/random.js';
import { ImageJudge } from '../../dist/contract/incremental/judge.js';
import { ImageEnumerator, type Visit } from '../../dist/power/enumerate.js';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import { ImageSampler } from '../../dist/power/sample.js';
import { BACKENDS, type Scope } from '../../dist/stack/config.js';
import type { Disk } from '../../dist/stack/disk/disk.js';
import type { Stack } from '../../dist/stack/stack.js';
import { compareAll, Ways } from './three-ways.ts';

test('every backend has its comparison of the three ways', () => {
  const fileOf = (backend: string): URL => new URL(`three-ways-${backend}.test.ts`, import.meta.url);
  expect(BACKENDS.filter((backend) => !existsSync(fileOf(backend)))).toEqual([]);
});

test('canary: an exact check in which a write may precede itself is caught', () => {
  class Broken extends Ways {
    override createExact(stack: Stack, scope: Scope): ExactCheck {
      const check = super.createExact(stack, scope);
      const { precedence } = check as unknown as { precedence?: { keyOf: (op: number) => number } };
      // Scope host has a check of its own.
      if (precedence === undefined) return check;
      const keyOf = precedence.keyOf.bind(precedence);
      precedence.keyOf = (op) => (keyOf(op) === 0x7fffffff ? 0x7fffffff : keyOf(op) & ~1);
      return check;
    }
  }
  expect(compareAll('direct', 4, new Broken(), ['drain']).differences.exact).toBeGreaterThan(0);
});

test('canary: an enumeration that keeps every third image to itself is caught', () => {
  class Short extends ImageEnumerator {
    override enumerate(disk: Disk, scope: Scope, countMax: number, image: Int32Array, visit: Visit): number {
      let built = 0;
      let missed = false;
      const shown: Visit = (changed) => {
        const before = missed;
        missed = built++ % 3 === 2;
        return missed || visit(before ? null : changed);
      };
      return super.enumerate(disk, scope, countMax, image, shown);
    }
  }
  class Broken extends Ways {
    override readonly enumerator: ImageEnumerator = new Short();
  }
  const { differences } = compareAll('direct', 4, new Broken(), ['drain']);
  expect(differences.exact).toBeGreaterThan(0);
  expect(differences.sample).toBeGreaterThan(0);
  expect(differences.oracle).toBe(0);
});

test('canary: an enumeration that comes to an image twice is caught', () => {
  class Twice extends ImageEnumerator {
    override enumerate(disk: Disk, scope: Scope, countMax: number, image: Int32Array, visit: Visit): number {
      const count = super.enumerate(disk, scope, countMax, image, visit);
      super.enumerate(disk, scope, 1, image, visit);
      return count < 0 ? count : count + 1;
    }
  }
  class Broken extends Ways {
    override readonly enumerator: ImageEnumerator = new Twice();
  }
  const { differences } = compareAll('direct', 4, new Broken(), ['drain']);
  expect(differences.twice).toBeGreaterThan(0);
  expect(differences.count).toBeGreaterThan(0);
});

test('canary: a judge that overlooks a change is caught', () => {
  class Blind extends ImageJudge {
    override change(sectors: Int32Array, count: number): void {
      super.change(sectors, count - 1);
    }
  }
  class Broken extends Ways {
    override readonly judge: ImageJudge = new Blind();
  }
  expect(compareAll('direct', 4, new Broken(), ['drain']).differences.oracle).toBeGreaterThan(0);
});

test('canary: a sampler that draws an image from beside the set is caught', () => {
  class Beside extends ImageSampler {
    override draw(disk: Disk, scope: Scope, random: RandomStream, image: Int32Array): void {
      super.draw(disk, scope, random, image);
      image[random.below(disk.media.sectorCount)] = -1;
    }
  }
  class Broken extends Ways {
    override readonly sampler: ImageSampler = new Beside();
  }
  const { differences } = compareAll('direct', 4, new Broken(), ['drain']);
  expect(differences.sample).toBeGreaterThan(0);
  expect(differences.sampleVerdict).toBeGreaterThan(0);
});
