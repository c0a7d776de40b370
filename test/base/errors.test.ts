import { expect, test } from 'vitest';
import { BlkfuzzError, EXIT, type ErrorCode } from '../../src/base/errors.ts';

test('the exit codes of the command line never change', () => {
  expect(EXIT).toEqual({
    held: 0,
    violated: 1,
    usage: 2,
    unstable: 3,
    boundedOut: 4,
    defect: 70,
    unwritable: 74,
    interrupted: 130,
  });
});

test.each<[ErrorCode, number]>([
  ['usage', 2],
  ['bad-input', 2],
  ['unreadable', 2],
  ['unstable', 3],
  ['bounded-out', 4],
  ['unwritable', 74],
])('an error of code %s exits with %i', (code, exitCode) => {
  expect(new BlkfuzzError(code, 'a line').exitCode).toBe(exitCode);
});

test('an error keeps its line and, when there is one, its remedy', () => {
  const error = new BlkfuzzError('usage', '--runs: expected a number', 'give --runs 100');
  expect(error).toMatchObject({
    name: 'BlkfuzzError',
    message: '--runs: expected a number',
    remedy: 'give --runs 100',
  });
  expect(new BlkfuzzError('usage', 'a line').remedy).toBeUndefined();
});
