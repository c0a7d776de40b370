/**
 * Whether power loss could leave a given image (disk.md): the check of `crash.image` in a case file. Decided unit by
 * unit within each product of the set; for scope `host`, by taking back commands from the last to complete.
 */
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { type Product, imageProducts } from './products.ts';
import { contentAt } from './options.ts';

/** A sector at which the image is impossible, or -1 when power loss could leave it. */
export function impossibleSector(disk: Disk, scope: Scope, image: Int32Array): number {
  if (scope === 'host') return impossibleHostSector(disk, image);
  let furthest = NIL;
  for (const product of imageProducts(disk)) {
    const sector = differsFrom(disk, product, image);
    if (sector === NIL) return NIL;
    furthest = Math.max(furthest, sector);
  }
  return furthest;
}

function differsFrom(disk: Disk, product: Product, image: Int32Array): number {
  const { unitSectors, sectorCount } = disk.media;
  const open = new Map(product.units.map(({ unit, options }) => [unit, options]));
  for (let sector = 0; sector < sectorCount; sector++) {
    const unit = Math.floor(sector / unitSectors);
    const options = open.get(unit);
    if (options === undefined) {
      if (image[sector] !== product.base[sector]) return sector;
    } else if (sector === unit * unitSectors) {
      const content = contentAt(disk, image, unit).join();
      if (!options.some((option) => option.join() === content)) return sector;
    }
  }
  return NIL;
}

/**
 * Takes back, as long as there is one, a command that nothing left has to follow and whose sectors all show its
 * versions or have been taken back already. Taking one back never hurts: it only makes sectors free.
 */
function impossibleHostSector(disk: Disk, image: Int32Array): number {
  const { commands, media } = disk;
  const left: number[] = [];
  for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) left.push(tag);
  const free = new Uint8Array(media.sectorCount);
  for (let index = takenBackNext(disk, left, image, free); index >= 0; index = takenBackNext(disk, left, image, free)) {
    const tag = left[index];
    if ((commands.flags[tag] & COMMAND.write) !== 0)
      free.fill(1, commands.sector[tag], commands.sector[tag] + commands.count[tag]);
    left.splice(index, 1);
  }
  if (left.length > 0) return commands.sector[left[0]];
  for (let sector = 0; sector < media.sectorCount; sector++)
    if (free[sector] === 0 && image[sector] !== media.current[sector]) return sector;
  return NIL;
}

/** A command that may have been the last of those left to complete, and that the image shows; -1 when there is none. */
function takenBackNext(disk: Disk, left: readonly number[], image: Int32Array, free: Uint8Array): number {
  for (let index = left.length - 1; index >= 0; index--) {
    const ordered = (disk.commands.flags[left[index]] & COMMAND.ordered) !== 0;
    if (ordered && index < left.length - 1) return -1;
    if (shows(disk, left[index], image, free)) return index;
    if (ordered) return -1;
  }
  return -1;
}

/** Whether the image shows the command's own versions wherever nothing later has been taken back. */
function shows(disk: Disk, tag: number, image: Int32Array, free: Uint8Array): boolean {
  const { commands, media } = disk;
  if ((commands.flags[tag] & COMMAND.write) === 0) return true;
  const written = image.slice();
  disk.overlay(tag, written, 0, media.sectorCount);
  for (let s = commands.sector[tag]; s < commands.sector[tag] + commands.count[tag]; s++)
    if (free[s] === 0 && written[s] !== image[s]) return false;
  return true;
}
