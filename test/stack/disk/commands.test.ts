import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DISK_DEFAULT } from '../../../src/stack/config.ts';
import { COMMAND, Commands } from '../../../src/stack/disk/commands.ts';
import { configs, steps, Twins } from './bench.ts';

function fresh(config: Partial<typeof DISK_DEFAULT>): Commands {
  const commands = new Commands({ ...DISK_DEFAULT, ...config });
  commands.reset();
  return commands;
}

function started(commands: Commands): number[] {
  return [...commands.started.items.subarray(0, commands.started.count)].toSorted((a, b) => a - b);
}

test('commands start, and belong to epochs, as the life of a command says', () => {
  fc.assert(
    fc.property(configs, steps, (config, list) => {
      const twins = new Twins(config);
      const { naive, tags } = twins;
      const { commands } = twins.disk;
      for (const step of list) {
        twins.take(step);
        const running = naive.started.map((command) => tags.get(command)!);
        expect(started(commands)).toEqual(running.toSorted((a, b) => a - b));
        expect([commands.openCount, commands.isFull]).toEqual([naive.openCount, naive.openCount === config.depth]);
        expect(commands.oldestStarted()).toBe(running[0] ?? -1);
        // An ignored flush belongs to no epoch.
        const open = [...tags].filter(([command]) => command.kind !== 'flush' || config.flush === 'honest');
        expect(open.map(([, tag]) => commands.epoch[tag])).toEqual(open.map(([command]) => naive.epochOf(command)));
        const startedOnes = [...tags].filter(([, tag]) => commands.started.has(tag)).map(([command]) => command);
        expect(startedOnes).toEqual(naive.started);
      }
    }),
    { seed: 6, numRuns: 150 },
  );
});

test('an ORDERED command starts after everything before it, and what is behind it after its completion', () => {
  const commands = fresh({});
  const flags = [COMMAND.write, COMMAND.write, COMMAND.write | COMMAND.ordered, COMMAND.write];
  const tags = flags.map((own, index) => commands.accept(own, index, -1, index, 0));
  expect(started(commands)).toEqual([tags[0], tags[1]]);
  commands.complete(tags[1], 1);
  expect(started(commands)).toEqual([tags[0]]);
  commands.complete(tags[0], 2);
  expect(started(commands)).toEqual([tags[2]]);
  commands.complete(tags[2], 3);
  expect(started(commands)).toEqual([tags[3]]);
});

test('a flush covers what completed before it started, the completion that let it start included', () => {
  const commands = fresh({});
  const write = commands.accept(COMMAND.write, 0, -1, 1, 0);
  const flush = commands.accept(COMMAND.flush | COMMAND.ordered, 1, -1, 2, 0);
  commands.complete(write, 1);
  expect(commands.startSeq[flush]).toBe(1);
});

test('a tag is the lowest free one', () => {
  const commands = fresh({ depth: 40 });
  for (let i = 0; i < 40; i++) expect(commands.accept(COMMAND.write, i, -1, i, 0)).toBe(i);
  expect(commands.isFull).toBe(true);
  expect(() => commands.accept(COMMAND.write, 40, -1, 40, 0)).toThrow('a full disk accepts nothing');
  for (const tag of [35, 7, 31]) commands.complete(tag, 0);
  expect([0, 1, 2].map((i) => commands.accept(COMMAND.write, i, -1, i, 0))).toEqual([7, 31, 35]);
});

test('a command that has not started does not complete', () => {
  const commands = fresh({});
  commands.accept(COMMAND.write, 0, -1, 1, 0);
  const ordered = commands.accept(COMMAND.write | COMMAND.ordered, 1, -1, 2, 0);
  expect(() => commands.complete(ordered, 1)).toThrow('only a started command completes');
});
