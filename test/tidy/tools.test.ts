import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

/** Runs a tool of the project and returns what it complains about; nothing when it is content. */
async function complaints(tool: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  try {
    await promisify(execFile)(join(ROOT, 'node_modules/.bin', tool), args, { cwd: ROOT, env, encoding: 'utf8' });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
}

test.each([
  ['the sources are well typed', 'mend the types', 'tsc', ['--noEmit', '-p', '.']],
  ['the tests are well typed', 'mend the types', 'tsc', ['-p', 'test/tsconfig.json']],
  ['the linter has nothing to say', 'npx oxlint --fix mends some of it', 'oxlint', []],
  ['every file is formatted', 'npm run format', 'oxfmt', ['--check']],
  [
    'nothing is exported, declared or installed in vain',
    'delete what is named',
    'knip',
    ['--config', 'test/knip.json'],
  ],
  ['the package is well formed', 'mend package.json', 'publint', ['run', '--strict', '--pack', 'false']],
])('%s', async (_, mend, tool, args) => {
  expect(await complaints(tool, ...args), mend).toBe('');
});

test('a tool that is not content fails its test with what it said', async () => {
  expect(await complaints('tsc', '--no-such-option')).toContain('no-such-option');
});
