import { expect, test } from 'vitest';
import { BlkfuzzError } from '../../src/base/errors.ts';
import { RUN_OPTIONS } from '../../src/cli/run/options.ts';
import { integerOf, pairsOf, parseDuration, pathOf, printable } from '../../src/cli/values.ts';
import { shellWord } from '../../src/cli/words.ts';
import { thrown } from '../corpus/folder.ts';

test.each([
  '0',
  '-1',
  '1.5',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '+1',
  ' 1',
  '01',
  '',
  '11',
  '1_0',
  '１',
  '99999999999999999999',
])('%j is no integer from 1 to 10, and one line says so', (text) => {
  const error = thrown(() => integerOf(1, 10)(text, '--runs', undefined)) as BlkfuzzError;
  expect(error).toBeInstanceOf(BlkfuzzError);
  expect(error.message).toBe(`--runs: expected an integer from 1 to 10, found '${text}'`);
});

test('the bounds themselves are taken', () => {
  expect(['1', '10'].map((text) => integerOf(1, 10)(text, '--runs', undefined))).toEqual([1, 10]);
});

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text, '--time')).toBe(ms);
});

test.each(['10', '0s', '-1s', '1.5h', '1d', 's', '', '1h30m', '721h', '1e3s'])('%j is no time', (text) => {
  expect(() => parseDuration(text, '--time')).toThrow(/^--time: expected a time such as 30s, 10m or 1h/);
});

test('a mistyped name is answered with the nearest', () => {
  expect(() => RUN_OPTIONS.mode.parse!('tga', '--mode', undefined)).toThrow(
    /^--mode: unknown mode 'tga' \(did you mean tag\?\)/,
  );
});

test('several modes come with commas or one by one, each once', () => {
  const parse = RUN_OPTIONS.mode.parse!;
  expect(parse('drain,tag,drain', '--mode', ['none'])).toEqual(['none', 'drain', 'tag']);
});

test('settings of the disk are taken by name, and later ones replace earlier ones', () => {
  const parse = RUN_OPTIONS.disk.parse!;
  expect(parse('fua=yes,atomic=4096', '--disk', parse('fua=no,depth=1', '--disk', undefined))).toEqual({
    fua: true,
    atomic: 4096,
    depth: 1,
  });
});

test.each([
  ['cache=wb', /--disk cache: unknown value 'wb'; expected none, writeback or nonvolatile/],
  ['chache=none', /--disk: unknown setting 'chache' \(did you mean cache\?\)/],
  ['cache', /--disk: expected key=value, found 'cache'/],
  ['', /--disk: expected key=value, found ''/],
  ['depth=0', /--disk depth: expected an integer from 1 to 256, found '0'/],
  ['fua=yes,fua=no', /--disk: fua is given twice/],
  ['__proto__=1', /--disk: unknown setting '__proto__'/],
])('--disk %s is refused', (text, message) => {
  expect(() => RUN_OPTIONS.disk.parse!(text, '--disk', undefined)).toThrow(message);
});

test('the ring has 2 to 32 slots, a power of two, and indices that start anywhere', () => {
  expect(RUN_OPTIONS.ring.parse!('slots=4,start=4294967295', '--ring', undefined)).toEqual({
    slots: 4,
    start: 4294967295,
  });
  expect(() => RUN_OPTIONS.ring.parse!('slots=3', '--ring', undefined)).toThrow(/--ring slots/);
  expect(() => RUN_OPTIONS.ring.parse!('start=4294967296', '--ring', undefined)).toThrow(/--ring start/);
});

test('pairs keep everything behind the first equals sign', () => {
  expect([...pairsOf('a=b=c', '--x', ['a'])]).toEqual([['a', 'b=c']]);
});

test('a path is a path', () => {
  expect(pathOf('a b', '--corpus')).toBe('a b');
  expect(() => pathOf('', '--corpus')).toThrow(/--corpus: expected a path/);
  expect(() => pathOf('a\0b', '--corpus')).toThrow(/--corpus: expected a path/);
});

test('a text from outside stays on its line and steers no terminal', () => {
  expect(printable('a\nb\u001b[2Jc\u2028d')).toBe('a?b?[2Jc?d');
});

test('a path is one word to a shell and never an option', () => {
  expect(['a/b.case.json', "it's", 'a b', '-rf', '-', '$(x)'].map(shellWord)).toEqual([
    'a/b.case.json',
    "'it'\\''s'",
    "'a b'",
    './-rf',
    '-',
    "'$(x)'",
  ]);
});
