import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, complaint, ROOT, started } from './program.ts';

const LITMUS = join(ROOT, 'corpus/litmus');
const litmus = (name: string) => join(LITMUS, `${name}.case.json`);
const LOST = litmus('tag-fsync-lost');
const KEPT = litmus('drain-flush-fsync-kept');

test('a case that holds is exhausted, and the text says how far that goes', () => {
  const { code, out, err } = blkfuzz(['explore', KEPT]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^bounds: 2000000 states a workload, 2000 actions a schedule$/m);
  expect(out).toMatch(/^holds, exhausted: \d+ schedules, 202 states, 15 images$/m);
  expect(out).toMatch(/^✓ fsync-durability +holds$/m);
});

test('from stdin and without the reduction it is the same', () => {
  const input = readFileSync(KEPT);
  const [whole, reduced] = [['--no-reduce'], []].map((more) => {
    const { code, out } = blkfuzz(['explore', '-', '--json', ...more], { input });
    expect(code).toBe(0);
    return JSON.parse(out);
  });
  for (const key of ['verdict', 'states', 'crashPoints', 'images', 'perGuarantee'])
    expect(whole[key], key).toEqual(reduced[key]);
  expect(whole.transitions).toBeGreaterThan(reduced.transitions);
  expect(whole.options.reduce).toBe(false);
});

test('a case that breaks is explained, saved shrunk, and its last line replays it', () => {
  const cwd = temporaryFolder();
  const { code, out } = blkfuzz(['explore', LOST], { cwd });
  expect(code).toBe(1);
  expect(out).toMatch(/^violated: \d+ states, \d+ images$/m);
  for (const title of ['What happened', 'The missing edge', 'Time against layers'])
    expect(out).toContain(`\n${title}\n`);
  const [file] = readdirSync(join(cwd, 'corpus/found'));
  expect(file).toMatch(/^tag-blkback-fsync-durability-\w{12}\.case\.json$/);
  expect(out.trimEnd().split('\n').at(-1)).toBe(`npx blkfuzz replay corpus/found/${file}`);
  expect(blkfuzz(['replay', `corpus/found/${file}`], { cwd }).code).toBe(0);
  expect(blkfuzz(['explore', LOST, '--quiet'], { cwd }).out).not.toContain('What happened');
});

test('second crashes are exhausted, and what one loses is told and replays', () => {
  const cwd = temporaryFolder();
  const kept = blkfuzz(['explore', litmus('guest-jbd-recovery-kept-by-drain-flush'), '--second-crash', '--json']);
  const document = JSON.parse(kept.out);
  expect(kept.code).toBe(0);
  expect(document).toMatchObject({ verdict: 'holds-exhausted', recoveries: 2, options: { secondCrash: true } });
  expect(document.secondCrashPoints).toBeGreaterThan(document.recoveries);
  const broken = join(ROOT, 'corpus/regress/B24-broken.case.json');
  const { code, out } = blkfuzz(['explore', broken, '--second-crash'], { cwd });
  expect(code).toBe(1);
  expect(out).toMatch(/power lost again at each of \d+ states of 2 recoveries, every image of each decided$/m);
  const [file] = readdirSync(join(cwd, 'corpus/found'));
  expect(readFileSync(join(cwd, 'corpus/found', file), 'utf8')).toContain('"second"');
  expect(blkfuzz(['replay', `corpus/found/${file}`], { cwd }).code).toBe(0);
});

test('the document says verdict, schedules, states and images, of all and of each case', () => {
  const cwd = temporaryFolder();
  const { code, out } = blkfuzz(['explore', LOST, KEPT, '--json', '--corpus', 'here'], { cwd });
  expect(code).toBe(1);
  const document = JSON.parse(out);
  expect(document).toMatchObject({ format: 'blkfuzz.explore/1', verdict: 'violated', bound: null });
  expect(document.cases).toMatchObject([
    { file: LOST, verdict: 'violated', violations: [{ guarantee: 'fsync-durability' }] },
    { file: KEPT, verdict: 'holds-exhausted', bound: null, states: 202, images: '15', violations: [] },
  ]);
  expect(document.states).toBe(document.cases[0].states + document.cases[1].states);
  expect(typeof document.schedules).toBe('number');
  expect(document.replay).toBe(`npx blkfuzz replay ${document.violations[0].case}`);
});

test('a bound that is hit is named, exit 4', () => {
  const states = blkfuzz(['explore', KEPT, '--states', '100']);
  expect(states.code).toBe(4);
  expect(states.out).toMatch(/^bounded out \(the bound of 100 states was hit\): .*100 states/m);
  const steps = blkfuzz(['explore', KEPT, '--steps', '5', '--json']);
  expect([steps.code, JSON.parse(steps.out)]).toMatchObject([4, { verdict: 'bounded-out', bound: 'steps' }]);
  const total = blkfuzz(['explore', '--ops', '1', '--mode', 'drain-flush', '--states-total', '10']);
  expect(total.code).toBe(4);
  expect(total.out).toContain('bounded out (the bound of 10 states a mode was hit): 1 workload,');
});

test('every workload of an operation is explored on each mode, the same bytes whatever --jobs is', () => {
  const ended = ['1', '3'].map((jobs) =>
    blkfuzz(['explore', '--ops', '1', '--keep-going', '--json', '--jobs', jobs], { cwd: temporaryFolder() }),
  );
  expect(ended[0]).toEqual(ended[1]);
  const { verdict, modes } = JSON.parse(ended[0].out);
  expect([ended[0].code, verdict]).toEqual([1, 'violated']);
  const verdicts = Object.entries<any>(modes).map(([mode, one]) => [mode, one.verdict, one.workloads]);
  expect(verdicts).toEqual([
    ['none', 'violated', 2],
    ['drain', 'violated', 2],
    ['drain-flush', 'holds-exhausted', 2],
    ['drain-fua', 'holds-exhausted', 2],
    ['tag', 'violated', 2],
    ['tag-flush', 'holds-exhausted', 2],
    ['tag-fua', 'holds-exhausted', 2],
    ['flush-fua', 'holds-exhausted', 2],
  ]);
});

test('cases come in the order given, the same bytes whatever --jobs is, and folders are cases', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'cases'));
  for (const name of readdirSync(LITMUS).filter((file) => /^(drain|none)-.*\.case\.json$/.test(file)))
    cpSync(join(LITMUS, name), join(cwd, 'cases', name));
  const ended = ['1', '3'].map((jobs) => blkfuzz(['explore', 'cases', '--keep-going', '--jobs', jobs], { cwd }));
  expect(ended[0]).toEqual(ended[1]);
  expect(ended[0].out).toMatch(/^8 cases: 4 exhausted, 4 violated, 0 bounded out: /m);
});

test('a guarantee that is ignored violates nothing', () => {
  const cwd = temporaryFolder();
  expect(blkfuzz(['explore', LOST, '--ignore', 'fsync-durability'], { cwd }).code).toBe(0);
  expect(blkfuzz(['explore', LOST, '--only', 'integrity'], { cwd }).code).toBe(0);
});

test('an interrupt saves what was found and exits with 130', async () => {
  const cwd = temporaryFolder();
  const { child, ended } = started(['explore', '--ops', '4', '--mode', 'tag,tag-flush', '--jobs', '2'], cwd);
  await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(code).toBe(130);
  expect(out).toContain('interrupted');
  expect(out).toMatch(/^tag-flush: bounded out \(interrupted\)/m);
  const [file] = readdirSync(join(cwd, 'corpus/found'));
  expect(out.trimEnd().split('\n').at(-1)).toBe(`npx blkfuzz replay corpus/found/${file}`);
});

const MANY = {
  format: 'blkfuzz.case/1',
  name: 'x',
  stack: { mode: 'tag', backend: 'blkback' },
  guests: [{ threads: [Array.from({ length: 25 }, (_, sector) => ({ op: 'write', sector, count: 1 }))] }],
  schedule: [],
};
const STREAM = { ...MANY, guests: undefined, stream: { sha256: 'a'.repeat(64), entries: 3 } };

test.each([
  [[], /^explore wants a case, or --ops/],
  [['--ops', '1', LOST], /^--ops and a case contradict each other/],
  [['--mode', 'tag', LOST], /^--mode goes with --ops/],
  [['--threads', '2', LOST], /^--threads goes with --ops/],
  [['--states-total', '9', LOST], /^--states-total goes with --ops/],
  [['--ops', '9'], /^--ops: expected an integer from 1 to 8/],
  [['--ops', '2', '--states', '0'], /^--states: expected an integer/],
  [['--ops', '2', '--steps', '1e3'], /^--steps: expected an integer from 1 to 2000/],
  [['--ops', '1', '--second-crash'], /^--second-crash wants cases whose guest recovers/],
  [['--second-crash', LOST], /a second crash wants a guest that recovers$/],
  [['--ops', '2', '--mode', 'negotiated'], /^mode negotiated and frontend generic/],
  [['--ops', '2', '--only', 'integrity', '--ignore', 'liveness'], /^--only and --ignore contradict/],
  [['-', '-'], /^stdin \(-\) can be read once/],
  [['many.json'], /^many\.json: the case has 25 operations: expected at most 24 to explore; shrink it first/],
  [['stream.json'], /^stream\.json: the case refers to a recorded stream/],
  [['nowhere'], /^nowhere: cannot be read/],
  [['empty'], /^no case in empty/],
])('explore %j is refused in one line, exit 2', (words, expected) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'many.json'), JSON.stringify(MANY));
  writeFileSync(join(cwd, 'stream.json'), JSON.stringify(STREAM));
  mkdirSync(join(cwd, 'empty'));
  const ended = blkfuzz(['explore', ...words], { cwd });
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(complaint(ended)).toMatch(expected);
});

test('a bad case among several is named, the rest explored, exit 2', () => {
  const ended = blkfuzz(['explore', 'nowhere', KEPT], { cwd: temporaryFolder() });
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatch(/^nowhere: cannot be read/);
  expect(ended.out).toMatch(/^holds, exhausted: /m);
});

test('a folder that cannot be written to costs no report, exit 74', () => {
  const ended = blkfuzz(['explore', LOST, '--quiet', '--corpus', '/dev/null/x']);
  expect(ended.code).toBe(74);
  expect(ended.out).toContain('fsync-durability violated: not saved');
});
