import { expect, test } from 'vitest';
import { checkHeaders, checkNames, checkTopLevel } from './layout.ts';
import { filesUnder, readTree } from './tree.ts';

const tree = readTree();
const named = (path: string) => [{ path, text: '' }];

test('the top level holds only what belongs there', () => {
  expect(checkTopLevel(tree)).toEqual([]);
});

test('every name says what the file does', () => {
  expect(checkNames(tree)).toEqual([]);
});

test('every file of the engine begins by saying what it models', () => {
  expect(checkHeaders(filesUnder(tree, 'src/'))).toEqual([]);
});

test.each(['notes.md', 'scripts/a.sh', 'knip.json', 'lib/a.ts', 'LICENSE.txt'])('%s at the top is refused', (path) => {
  expect(checkTopLevel(named(path))).toEqual([expect.stringContaining(`${path}: the top holds`)]);
});

test.each(['src/utils/a.ts', 'src/base/utils.ts', 'test/test-util.ts', 'test/helpers/a.ts'])(
  '%s is refused',
  (path) => {
    expect(checkNames(named(path))).toEqual([`${path}: name it after what it does`]);
  },
);

test('a name that only contains such a word is fine', () => {
  expect(checkNames(named('src/base/utility-of-a-case.ts'))).toEqual([]);
});

test.each(["import '../base/assert.ts';", '// a disk\n', '/** */\nlet x;', '/* a disk */'])(
  'a file of the engine beginning with %j is refused',
  (text) => {
    expect(checkHeaders([{ path: 'src/stack/a.ts', text }])).toEqual([
      expect.stringContaining('src/stack/a.ts has no header'),
    ]);
  },
);

test('a header may have one line or several, and other folders need none', () => {
  expect(checkHeaders([{ path: 'src/stack/a.ts', text: '/** A disk. */\n' }])).toEqual([]);
  expect(checkHeaders([{ path: 'src/power/a.ts', text: '/**\n * A disk.\n */\n' }])).toEqual([]);
  expect(checkHeaders([{ path: 'src/cli/a.ts', text: '' }])).toEqual([]);
});
