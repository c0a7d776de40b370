import { expect, test } from 'vitest';
import { checkReach, SOURCE_ROOTS, TEST_ROOTS } from './reach.ts';
import { filesUnder, readTree } from './tree.ts';

const tree = readTree();

test('every source file is reached from the command line, the library or a worker', () => {
  expect(checkReach(filesUnder(tree, 'src/'), SOURCE_ROOTS)).toEqual([]);
});

test('every file of the tests is a test or imported by one', () => {
  expect(checkReach(filesUnder(tree, 'test/'), TEST_ROOTS)).toEqual([]);
});

test('a file that only dead files import is dead', () => {
  const files = [
    { path: 'src/cli/main.ts', text: "await import('./run.ts');" },
    { path: 'src/cli/run.ts', text: "import type { A } from '../base/a.ts';" },
    { path: 'src/base/a.ts', text: '' },
    { path: 'src/base/b.ts', text: "import './c.ts';" },
    { path: 'src/base/c.ts', text: "import './b.ts';" },
  ];
  expect(checkReach(files, SOURCE_ROOTS)).toEqual([
    'src/base/b.ts is reached from no root (src/cli/main.ts): import it or delete it',
    'src/base/c.ts is reached from no root (src/cli/main.ts): import it or delete it',
  ]);
});
