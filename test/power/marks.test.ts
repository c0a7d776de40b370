import { expect, test } from 'vitest';
import { Marks } from '../../src/power/marks.ts';

const MEMBERS = [-9, -2, -1, 0, 1, 64, 5000];

test('a member is new once in a round, however far apart members are', () => {
  const marks = new Marks();
  for (let round = 0; round < 3; round++) {
    marks.begin();
    expect(MEMBERS.map((member) => marks.add(member))).toEqual(MEMBERS.map(() => 1));
    expect(MEMBERS.map((member) => marks.add(member))).toEqual(MEMBERS.map(() => 0));
  }
});

test('rounds may be more than a mark has numbers for', () => {
  const marks = new Marks(2 ** 31 - 3);
  for (let round = 0; round < 5; round++) {
    marks.begin();
    expect([marks.add(7), marks.add(7), marks.add(8)]).toEqual([1, 0, 1]);
  }
});
