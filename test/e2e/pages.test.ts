/** Pages that a program makes: made again, they are the same. `node bin/… --write` takes one anew. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './program.ts';

// Half a minute of one core each: forty-eight systems, half of them walked whole; eight modes of twenty guests and disks.
test.each([
  ['docs/group-sync.md', 'bin/group-sync.js'],
  ['docs/guests.md', 'bin/guests.js'],
])(
  '%s is what %s computes',
  (page, program) => {
    const made = spawnSync(process.execPath, [join(ROOT, program)], { encoding: 'utf8' });
    expect(made.stderr).toBe('');
    expect(made.stdout).toBe(readFileSync(join(ROOT, page), 'utf8'));
  },
  600_000,
);
