/** The valid name that a mistyped one was probably meant to be. */

/** Names longer than this are no typing mistakes. */
const LENGTH_MAX = 64;

/** The name closest to `typed`, or undefined if none is close enough to be worth suggesting. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > LENGTH_MAX) return undefined;
  let nearest: string | undefined;
  let distanceMin = Math.max(2, Math.floor(typed.length / 2)) + 1;
  for (const name of names) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance >= distanceMin || distance >= name.length) continue;
    nearest = name;
    distanceMin = distance;
  }
  return nearest;
}

/** Insertions, deletions and replacements that turn one name into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = row[j] + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
