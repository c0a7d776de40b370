/** docs/group-sync.md is made by a program: made again, it is the same page. `node bin/group-sync.js --write` takes it anew. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './program.ts';

// Forty-eight systems, half of them walked whole: half a minute of one core.
test('the page on merging barriers is what the program computes', () => {
  const made = spawnSync(process.execPath, [join(ROOT, 'bin/group-sync.js')], { encoding: 'utf8' });
  expect(made.stderr).toBe('');
  expect(made.stdout).toBe(readFileSync(join(ROOT, 'docs/group-sync.md'), 'utf8'));
}, 600_000);
