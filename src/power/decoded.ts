/** Images of the disk one by one, as the guest finds them: what changes from one to the next is told in its own sectors. */
import type { Evidence } from '../stack/evidence.ts';
import type { Visit } from './enumerate.ts';

/**
 * A visit of images built in `stack.diskImage` for one that looks at those in the history. Where nothing is decoded it is
 * the same. An image of the guest's may come again where two of the disk decode to it.
 */
export function decodedVisit(stack: Evidence, visit: Visit): Visit {
  if (stack.decoder === null) return visit;
  const { history } = stack;
  const { sectorCount } = history;
  const before = new Int32Array(sectorCount);
  const items = new Int32Array(sectorCount);
  return (changed) => {
    before.set(history.image.subarray(0, sectorCount));
    stack.decode();
    if (changed === null) return visit(null);
    let count = 0;
    for (let x = 0; x < sectorCount; x++) if (history.image[x] !== before[x]) items[count++] = x;
    return visit({ items, count });
  };
}
