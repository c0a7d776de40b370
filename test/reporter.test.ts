import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));

/** Runs test files of their own under the project's configuration. */
function runSuite(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'blkfuzz-reporter-'));
  try {
    mkdirSync(join(root, 'test'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'test', name), text);
    const args = [vitest, 'run', '--config', config, '--root', root, '--globals'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a run that passes closes with its counts and exits 0', () => {
  const suite = { 'a.test.ts': "test('x', () => {}); test('y', () => {}); test.skip('z', () => {});" };
  expect(runSuite(suite)).toEqual({ status: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
});

test('failures without a test of their own count: a file that cannot be imported, a hook, an unhandled rejection', () => {
  const suite = {
    'fails.test.ts': "test('x', () => {}); test('y', () => { throw new Error('y'); });",
    'import.test.ts': "import './missing.ts'; test('x', () => {});",
    'hook.test.ts': "describe('d', () => { afterAll(() => { throw new Error('hook'); }); test('x', () => {}); });",
    'rejects.test.ts':
      "test('x', async () => { void Promise.reject(new Error('r')); await new Promise((f) => setTimeout(f)); });",
  };
  expect(runSuite(suite)).toEqual({ status: 1, lastLine: '3 passed, 4 failed' });
});

test('a run without a single test is no success', () => {
  expect(runSuite({})).toEqual({ status: 1, lastLine: '0 passed, 0 failed' });
  expect(runSuite({ 'a.test.ts': "test.skip('x', () => {});" })).toEqual({
    status: 1,
    lastLine: '0 passed, 0 failed, 1 skipped',
  });
});
