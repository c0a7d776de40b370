import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, started } from './program.ts';

const LONG = ['--seed', '1', '--time', '1h'];

/** Resolves when the program has said what it is going to do. */
function speaking(child: ReturnType<typeof started>['child']): Promise<void> {
  return new Promise((resolve) => child.stdout!.once('data', () => resolve()));
}
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s saves what was found, prints the report so far and exits with 130',
  async (signal) => {
    const cwd = temporaryFolder();
    const { child, ended } = started(['--mode', 'tag,drain-flush', '--jobs', '2', ...LONG], cwd);
    await speaking(child);
    await soon(5000);
    child.kill(signal);
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([130, '']);
    expect(out).toContain('interrupted');
    const [name] = readdirSync(join(cwd, 'corpus/found'));
    expect(out.trimEnd().split('\n').at(-1)).toBe(`npx blkfuzz replay corpus/found/${name}`);
    expect(blkfuzz(['replay', `corpus/found/${name}`], { cwd }).code).toBe(0);
  },
);

test('an interrupt that comes while things are found or shrunk saves them', async () => {
  const cwd = temporaryFolder();
  const { child, ended } = started(
    ['--keep-going', '--mode', 'none,drain,tag', '--ops', '2000', '--runs', '64', '--seed', '1'],
    cwd,
  );
  await speaking(child);
  await soon(4000);
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect([code, err]).toEqual([130, '']);
  expect(existsSync(join(cwd, 'corpus/found'))).toBe(true);
});

test('a second signal ends it at once', async () => {
  const { child, ended } = started(['--mode', 'drain-flush', ...LONG], temporaryFolder());
  await speaking(child);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

test('an interrupt with --json still prints one whole document', async () => {
  const { child, ended } = started(['--mode', 'drain-flush', '--json', ...LONG], temporaryFolder());
  await soon(5000);
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(out)).toMatchObject({ interrupted: true, violations: [] });
});

test('an interrupt ends what has nothing to save at once', async () => {
  const { child, ended } = started(['--emit-histories', '1000000', '--seed', '1'], temporaryFolder());
  await speaking(child);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});
