import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GUARANTEES } from '../../src/contract/guarantees.ts';
import { MODES } from '../../src/stack/config.ts';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, complaint, ROOT } from './program.ts';

/** The document of a run, which went as this exit code says. */
function document(words: readonly string[], code: number, cwd: string = temporaryFolder()): any {
  const ended = blkfuzz([...words, '--json'], { cwd });
  expect(ended.code, ended.err).toBe(code);
  return JSON.parse(ended.out);
}

test('mode tag loses what an fsync, a flush or O_DSYNC promised, says so, saves it, and the last line replays it', () => {
  const cwd = temporaryFolder();
  const { code, out } = blkfuzz(['--mode', 'tag', '--seed', '1'], { cwd });
  expect(code).toBe(1);
  expect(out).toMatch(/^blkfuzz \d+\.\d+\.\d+: seed 1, mode tag/);
  expect(out).toMatch(/(fsync|flush|fua)-durability|empty-barrier/);
  const [name] = readdirSync(join(cwd, 'corpus/found'));
  const path = `corpus/found/${name}`;
  expect(out.trimEnd().split('\n').at(-1)).toBe(`npx blkfuzz replay ${path}`);
  const found = JSON.parse(readFileSync(join(cwd, path), 'utf8'));
  expect(found.guests[0].threads.flat().length).toBeLessThan(8);
  expect(found.found).toMatchObject({ seed: '1' });
  expect(blkfuzz(['replay', path], { cwd }).code).toBe(0);
  expect(blkfuzz(['explain', path], { cwd }).code).toBe(0);
});

test('the same seed gives the same bytes twice and with any number of jobs', () => {
  const words = ['--mode', 'tag,drain-flush,none', '--seed', 'a b', '--runs', '600', '--keep-going'];
  const outputs = ['1', '1', '2', '3'].map((jobs) => {
    const ended = blkfuzz([...words, '--jobs', jobs], { cwd: temporaryFolder() });
    expect(ended.code, ended.err).toBe(1);
    return ended.out;
  });
  expect(new Set(outputs).size).toBe(1);
});

test('without a seed one is drawn, printed first, and leads to the same again', () => {
  const words = ['--mode', 'drain-flush', '--runs', '16'];
  const first = blkfuzz(words, { cwd: temporaryFolder() });
  const seed = /^blkfuzz [\d.]+: seed (\d+),/.exec(first.out)![1];
  expect(blkfuzz([...words, '--seed', seed], { cwd: temporaryFolder() }).out).toBe(first.out);
});

test('--check says how a run is judged: sampled by one image, or decided, with every image built or without', () => {
  const words = ['--mode', 'drain-flush', '--seed', '5', '--runs', '16', '--ops', '3', '--sectors', '8'];
  const [sample, exact, enumerate] = ['sample', 'exact', 'enumerate'].map((check) =>
    document([...words, '--check', check], 0),
  );
  expect(sample).toMatchObject({ imagesDecided: '16', options: { check: 'sample' } });
  expect(sample.crashPoints).toBeLessThan(16);
  expect(exact).toEqual(document(words, 0));
  expect(enumerate).toEqual({ ...exact, options: { ...exact.options, check: 'enumerate' } });
  const text = (check: string) => blkfuzz([...words, '--check', check]).out;
  expect(text('sample')).toContain(
    `visited ${sample.crashPoints} of ${sample.imagesPossible} images at ${sample.crashPoints} crash points`,
  );
  expect(Number(sample.imagesPossible)).toBeGreaterThan(sample.crashPoints);
  expect(text('exact')).toContain(`decided at ${exact.crashPoints} crash points, exhausted for each run`);
});

test('more images at a crash point than can be built end the runs of the mode, whatever the jobs, exit 4', () => {
  const words = [
    '--mode',
    'drain-flush,none',
    '--seed',
    '1',
    '--runs',
    '300',
    '--check',
    'enumerate',
    '--only',
    'integrity',
  ];
  const ends = ['1', '3'].map((jobs) => blkfuzz([...words, '--jobs', jobs], { cwd: temporaryFolder() }));
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[0].code).toBe(4);
  expect(ends[0].err).toMatch(
    /^blkfuzz: mode drain-flush, run \d+: power loss after action \d+ can leave more than 65536 images, [^\n]*; give --check exact, or fewer --ops\n$/,
  );
});

test.each([
  [['--guest', 'jbd', '--backend', 'tapdisk-vhd'], /^--guest jbd and backend tapdisk-vhd: images of its disk/],
  [
    ['--guest', 'cow', '--backend', 'tapdisk', '--backend-options', 'image=sparse'],
    /^--guest cow and backend tapdisk: /,
  ],
  [['--guest', 'wal', '--second-crash', '--crash', 'migrate'], /^--second-crash and --crash migrate: expected power/],
  [['--second-crash'], /^--second-crash wants a guest that recovers/],
  [['--crash', 'guest', '--faults', 'eio,migrate'], /^crash guest and fault migrate: /],
])('what makes no sense together is refused in a line, exit 2: %j', (words, reason) => {
  const ended = blkfuzz(['run', '--mode', 'drain', '--seed', '1', '--runs', '4', ...words]);
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(complaint(ended)).toMatch(reason);
});

test('run K alone is run K of a batch', () => {
  const batch = blkfuzz(['--mode', 'tag', '--seed', '2', '--emit-histories', '40']).out.trimEnd().split('\n');
  for (const k of [0, 17, 39])
    expect(blkfuzz(['--mode', 'tag', '--seed', '2', '--emit-histories', '1', '--run', String(k)]).out.trimEnd()).toBe(
      batch[k],
    );
  const whole = document(['--mode', 'tag', '--seed', '2'], 1);
  const { run, guarantee, witness } = whole.violations[0];
  const alone = document(['--mode', 'tag', '--seed', '2', '--run', String(run)], 1);
  expect(alone.runs).toBe(1);
  expect(alone.violations[0]).toMatchObject({ run, guarantee, witness });
});

test('the document of --mode all has every mode, and the worst of them all', () => {
  const all = document(['--seed', '9', '--runs', '300', '--no-shrink'], 1);
  expect(all).toMatchObject({ format: 'blkfuzz.run/1', seed: '9' });
  expect(all.options).toMatchObject({ mode: 'all', runs: 300, ops: 32, threads: 2, sectors: 64, check: 'exact' });
  expect(Object.keys(all.modes)).toEqual([...MODES]);
  const modes = Object.values<any>(all.modes);
  expect(all.runs).toBe(modes.reduce((sum, { runs }) => sum + runs, 0));
  expect(all.crashPoints).toBe(modes.reduce((sum, { crashPoints }) => sum + crashPoints, 0));
  expect(all.imagesDecided).toBe(String(modes.reduce((sum, { imagesDecided }) => sum + BigInt(imagesDecided), 0n)));
  expect(BigInt(all.imagesDecided)).toBeGreaterThan(all.crashPoints);
  expect(all.crashPoints).toBeGreaterThan(100 * all.runs);
  expect(all.violations).toEqual(modes.flatMap(({ violations }) => violations));
  expect(modes.map(({ violations }) => violations.length > 0)).toEqual(
    MODES.map((mode) => ['none', 'drain', 'tag'].includes(mode)),
  );
  for (const guarantee of GUARANTEES) {
    const verdicts = modes.map(({ perGuarantee }) => perGuarantee[guarantee]);
    const worst = ['violated', 'holds', 'n/a'].find((verdict) => verdicts.includes(verdict));
    expect(all.perGuarantee[guarantee]).toBe(worst);
  }
  for (const { case: path } of all.violations) expect(all.replay).toContain(path);
  expect(Object.keys(all)).not.toEqual(expect.arrayContaining(['time']));
});

test('a run that finds nothing exits with 0, has no line to replay and leaves no folder behind', () => {
  const cwd = temporaryFolder();
  const found = document(['--mode', 'drain-flush', '--seed', '1', '--runs', '64'], 0, cwd);
  expect(found).toMatchObject({ runs: 64, violations: [], replay: null });
  expect(readdirSync(cwd)).toEqual([]);
});

test('a time budget states the runs it made, and that many runs are the same byte for byte', () => {
  const words = ['--mode', 'drain-flush,drain-fua', '--seed', '3', '--json'];
  const timed = blkfuzz([...words, '--time', '1s'], { cwd: temporaryFolder() });
  expect(timed.code).toBe(0);
  const { runs } = JSON.parse(timed.out).options;
  expect(blkfuzz([...words, '--runs', String(runs)], { cwd: temporaryFolder() }).out).toBe(timed.out);
});

test('--only and --ignore judge fewer guarantees', () => {
  const words = ['--mode', 'tag', '--seed', '1', '--runs', '200', '--no-shrink'];
  expect(document([...words, '--only', 'integrity'], 0).perGuarantee).toEqual({ integrity: 'holds' });
  const lost = [
    'empty-barrier-order',
    'empty-barrier-durability',
    'flush-durability',
    'fsync-durability',
    'fua-durability',
  ];
  expect(document([...words, ...lost.flatMap((name) => ['--ignore', name])], 0).runs).toBe(200);
  const only = document([...words, '--only', 'fua-durability'], 1);
  expect(only.violations.map(({ guarantee }: any) => guarantee)).toEqual(['fua-durability']);
});

test('--keep-going makes all runs and saves one case per guarantee', () => {
  const cwd = temporaryFolder();
  const going = document(['--mode', 'tag', '--seed', '1', '--runs', '300', '--keep-going'], 1, cwd);
  expect(going.runs).toBe(300);
  const violated = GUARANTEES.filter((name) => going.perGuarantee[name] === 'violated');
  expect(going.violations.map(({ guarantee }: any) => guarantee)).toEqual(violated);
  expect(violated.length).toBe(5);
  for (const { case: path, guarantee } of going.violations)
    expect(JSON.parse(readFileSync(join(cwd, path), 'utf8')).expect[guarantee]).toBe('violated');
});

test('--expect is content with what was expected and with nothing else', () => {
  const cwd = temporaryFolder();
  const expected = join(ROOT, 'corpus/expected.json');
  const words = ['--mode', 'tag,drain-flush', '--seed', '1', '--runs', '300', '--no-shrink'];
  expect(document([...words, '--expect', expected], 0, cwd).unexpected).toEqual([]);
  const other = JSON.parse(readFileSync(expected, 'utf8'));
  other.tag['fua-durability'] = 'holds';
  other['drain-flush'].integrity = 'violated';
  writeFileSync(join(cwd, 'other.json'), JSON.stringify(other));
  expect(document([...words, '--expect', 'other.json'], 1, cwd).unexpected).toEqual([
    { mode: 'tag', guarantee: 'fua-durability', expected: 'holds', found: 'violated' },
    { mode: 'drain-flush', guarantee: 'integrity', expected: 'violated', found: 'holds' },
  ]);
});

test('a violation that a disk ignoring flushes is to blame for is marked, one of the stack is not', () => {
  const words = ['--seed', '1', '--runs', '400', '--only', 'flush-durability'];
  const lying = ['--disk', 'flush=ignored'];
  const blamed = document([...words, '--mode', 'drain-flush', ...lying], 1);
  expect(blamed.violations).toMatchObject([{ guarantee: 'flush-durability', environment: true }]);
  expect(document([...words, '--mode', 'tag', ...lying], 1).violations[0]).not.toHaveProperty('environment');
});

test('modes of all that make no sense are left out and named; asked for by name they are refused', () => {
  const left = document(
    ['--frontend', '2.6.36', '--seed', '1', '--runs', '4', '--no-shrink', '--ignore', 'fua-durability'],
    1,
  );
  expect(Object.keys(left.modes)).toEqual(['none', 'drain', 'tag']);
  expect(left.leftOut).toHaveLength(5);
});

test('finding the same again writes the same file', () => {
  const cwd = temporaryFolder();
  const words = ['--mode', 'tag', '--seed', '1', '--corpus', 'a/b'];
  const [once, twice] = [document(words, 1, cwd), document(words, 1, cwd)];
  expect(twice).toEqual(once);
  expect(readdirSync(join(cwd, 'a/b'))).toHaveLength(1);
});

test('where nothing can be saved the report is printed all the same, exit 74', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'corpus'));
  writeFileSync(join(cwd, 'corpus/found'), '');
  const { code, out, err } = blkfuzz(['--mode', 'tag', '--seed', '1'], { cwd });
  expect(code).toBe(74);
  expect(out).toContain('violated');
  expect(err).toMatch(/^blkfuzz: corpus\/found: cannot be written: [^\n]+\n$/);
});

test('a recorded stream runs through the modes that are asked for', () => {
  const log = join(ROOT, 'corpus/streams/ext4-rename.log.gz');
  const words = ['--workload', log, '--mode', 'drain-flush', '--seed', '1', '--runs', '4', '--json'];
  const found = blkfuzz(words, { cwd: temporaryFolder() });
  expect(found.code, found.err).toBe(0);
  expect(JSON.parse(found.out)).toMatchObject({ runs: 4, options: { workload: { entries: 158 }, sectors: 131072 } });
  const fromStdin = blkfuzz(words.with(1, '-'), { cwd: temporaryFolder(), input: readFileSync(log) });
  expect(fromStdin.out).toBe(found.out);
});
