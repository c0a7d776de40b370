import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BACKENDS, FRONTENDS, KERNELS, MODES, SCOPES, STACK_DEFAULT } from '../../src/stack/config.ts';
import { nonsense, scopeNonsense } from '../../src/stack/nonsense.ts';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, ROOT } from './program.ts';

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const flag of ['--version', '-V']) expect(blkfuzz([flag])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('modes lists what there is and exactly what makes no sense together', () => {
  const { code, out } = blkfuzz(['modes', '--json']);
  expect(code).toBe(0);
  const document = JSON.parse(out);
  expect(document.format).toBe('blkfuzz.modes/1');
  expect(document.modes.map(({ name }: any) => name)).toEqual([...MODES, 'negotiated']);
  expect([document.backends, document.frontends, document.scopes]).toEqual(
    [BACKENDS, FRONTENDS, SCOPES].map((names) => [...names]),
  );
  const combinations = [...MODES, 'negotiated' as const].flatMap((mode) =>
    KERNELS.flatMap((kernel) =>
      BACKENDS.flatMap((backend) => FRONTENDS.map((frontend) => ({ mode, kernel, backend, frontend }))),
    ),
  );
  const ring = { ...STACK_DEFAULT.ring, rings: 2 };
  const more = [
    {},
    { features: { barrier: 1 } },
    { guests: 2 },
    { groupSync: 'merge' },
    { faults: ['eio'] },
    { ring },
    { ring, guests: 2 },
    { ring, faults: ['eio'] },
  ] as const;
  const reasons = new Set(
    combinations
      .flatMap((one) => more.map((other) => nonsense({ ...STACK_DEFAULT, ...one, ...other })))
      .filter((reason) => reason !== null),
  );
  for (const scope of SCOPES)
    for (const backend of BACKENDS)
      for (const other of [{}, { faults: ['migrate'] as const }, { ring }]) {
        const reason = scopeNonsense({ ...STACK_DEFAULT, backend, ...other }, scope);
        if (reason !== null) reasons.add(reason);
      }
  expect(new Set(document.nonsense)).toEqual(reasons);
  const text = blkfuzz(['modes']).out;
  for (const reason of reasons) expect(text).toContain(reason);
});

test('completion for bash offers commands, options and values', () => {
  const { out } = blkfuzz(['completion', 'bash']);
  const complete = (...words: string[]) => {
    const line = `COMP_WORDS=(blkfuzz ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _blkfuzz; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', `${out}\n${line}`], {
      encoding: 'utf8',
      cwd: temporaryFolder(),
    });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };
  expect(complete('re')).toEqual(['replay']);
  expect(complete('--mo')).toEqual(['--mode']);
  expect(complete('--mode', 'tag')).toEqual(['tag', 'tag-flush', 'tag-fua']);
  expect(complete('run', '--seed', '1', '--backend', 'l')).toEqual(['loop']);
  expect(complete('corpus', 'v')).toEqual(['verify']);
  expect(complete('corpus', 'verify', '--j')).toEqual(['--json']);
  expect(complete('explore', '--ops', '2', '--states-t')).toEqual(['--states-total']);
  expect(complete('completion', 'z')).toEqual(['zsh']);
});

test('completion for zsh and fish names every command', () => {
  for (const shell of ['zsh', 'fish']) {
    const { code, out } = blkfuzz(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['run', 'replay', 'explain', 'shrink', 'explore', 'judge', 'corpus', 'modes', 'keep-going'])
      expect(out).toContain(word);
  }
});

test('the library gives arbitraries, the judge and cases, with types', () => {
  const script = `
    import * as fc from 'fast-check';
    import { decodeCase, GUARANTEES, judge, replayCase, workloadArbitrary } from 'blkfuzz';
    const [workload] = fc.sample(workloadArbitrary({ ops: 8, threads: 2, sectors: 16 }), { seed: 1, numRuns: 1 });
    const document = { format: 'blkfuzz.history/1', sectors: 1, atomicSectors: 1, ops: [], crash: null, image: [[0, 'torn']] };
    console.log(workload.threads.flat().filter(({ op }) => op !== 'wait').length, GUARANTEES.length, JSON.stringify(judge(document).violations), typeof decodeCase, typeof replayCase);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('8 13 [{"guarantee":"integrity","sector":0}] function function\n');
});

test('explain ends with advice, unless it is left out or too much', () => {
  const path = 'corpus/litmus/tag-fsync-lost.case.json';
  const { code, out } = blkfuzz(['explain', path], { cwd: ROOT });
  expect(code).toBe(0);
  expect(out).toContain('\nWhat would make it hold\nIn the stack: mode drain-flush, ');
  const plain = blkfuzz(['explain', path, '--no-advice'], { cwd: ROOT });
  expect(out.startsWith(plain.out)).toBe(true);
  expect(plain.out).not.toContain('What would make it hold');
  expect(blkfuzz(['explain', path, '--states', '10'], { cwd: ROOT }).out).toMatch(/more than 10 states .*\n$/);
  const kept = blkfuzz(['explain', 'corpus/litmus/drain-flush-fsync-kept.case.json'], { cwd: ROOT });
  expect(kept.out).toContain('\nWhat could be left out\n');
});
