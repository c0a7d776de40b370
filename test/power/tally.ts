/** Counts what a test of agreement really met, so that none of it passes for want of anything to compare. */
import type { DiskModel } from '../oracle/document.ts';
import { survivingImages } from '../oracle/surviving.ts';
import type { Compared } from './agreement.ts';
import type { Cut } from './cut.ts';

export class Tally {
  cuts = 0;
  images = 0;
  tooLarge = 0;
  /** Cuts with a read that the document doesn't show. */
  held = 0;
  possible = 0;
  impossible = 0;
  /** Cuts with more than one image, by what was special about them: `destage=fifo`, `scope=host`, `partial`. */
  readonly open: Record<string, number> = {};

  /** @param labels what else to count the cut under, if it left more than one image. */
  add(cut: Cut, compared: Compared, labels: readonly string[] = []): void {
    this.cuts++;
    this.possible += compared.possible;
    this.impossible += compared.impossible;
    if (compared.held) this.held++;
    if (compared.allowed === null) this.tooLarge++;
    this.images += compared.allowed?.size ?? 0;
    if (compared.allowed === null || compared.allowed.size < 2) return;
    const { diskModel } = cut.document;
    const settings = Object.entries({ ...diskModel, scope: cut.scope }).map(([key, value]) => `${key}=${value}`);
    for (const label of [...settings, ...labels, ...specials(cut, compared.allowed)])
      this.open[label] = (this.open[label] ?? 0) + 1;
  }
}

function specials(cut: Cut, allowed: ReadonlySet<string>): string[] {
  const { diskModel } = cut.document;
  const order = diskModel.destage;
  const orderTells = order !== 'any' && leavesOther(cut, allowed, { ...diskModel, destage: 'any' });
  return [...(orderTells ? [`${order} tells`] : []), ...(writesPartly(cut) ? ['partial'] : [])];
}

/** Whether a write of part of a unit is open. */
function writesPartly(cut: Cut): boolean {
  const { commands, media } = cut.disk;
  const open = commands.started.items.subarray(0, commands.started.count);
  return open.some((tag) =>
    [commands.sector[tag], commands.sector[tag] + commands.count[tag]].some((s) => s % media.unitSectors !== 0),
  );
}

/** Whether the disk would have left other images with another setting. */
function leavesOther(cut: Cut, allowed: ReadonlySet<string>, other: DiskModel): boolean {
  const { images } = survivingImages({ ...cut.document, diskModel: other }, allowed.size);
  return images.size !== allowed.size || [...images].some((image) => !allowed.has(image));
}
