/**
 * Draws one surviving image out of the set that disk.md defines: scopes `power` and `host`, all destage orders, both
 * atomic units. Extremes are drawn often, because that is where bugs are: nothing more than the floor, everything,
 * all but one unit, one unit only. Nothing is allocated once warm.
 */
import type { RandomStream } from '../base/random.ts';
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { Marks } from './marks.ts';

/** How much survives: a plan for the units whose fate is open. */
const PLAN = { nothing: 0, everything: 1, allButOne: 2, oneOnly: 3, mixed: 4 } as const;
const PLAN_COUNT = 5;
const ANY_EPOCH = -1;
const NO_EPOCH = -2;

export class ImageSampler {
  /** Units whose fate is open, each once. */
  private units: Int32Array = new Int32Array(64);
  private unitCount = 0;
  private readonly listed: Marks = new Marks();
  /** Started writes, in the order in which they are laid over. */
  private readonly tags: Int32Array = new Int32Array(256);
  private tagCount = 0;

  /** Writes a drawn image into `image`, which has room for every sector of the disk. */
  draw(disk: Disk, scope: Scope, random: RandomStream, image: Int32Array): void {
    if (scope === 'host') this.drawHost(disk, random, image);
    else if (!disk.media.isVolatile || disk.media.destage === 'any') this.drawAny(disk, random, image);
    else if (disk.media.destage === 'fifo') this.drawFifo(disk, random, image);
    else this.drawEpoch(disk, random, image);
  }

  private drawAny(disk: Disk, random: RandomStream, image: Int32Array): void {
    const { media } = disk;
    image.set(media.floor);
    this.begin();
    for (let node = media.oldest; node !== NIL; node = media.after[node]) this.list(media.unit[node]);
    this.listStarted(disk, ANY_EPOCH);
    this.drawUnits(disk, random, image, ANY_EPOCH);
  }

  /** Completed writes up to a split, of the next one any units, and uncompleted ones only after all of them. */
  private drawFifo(disk: Disk, random: RandomStream, image: Int32Array): void {
    const { media } = disk;
    image.set(media.floor);
    let groups = 0;
    for (let node = media.oldest; node !== NIL; node = media.after[node]) if (startsCommand(disk, node)) groups++;
    const split = random.chance(1, 3) ? groups : random.below(groups + 1);
    let group = -1;
    for (let node = media.oldest; node !== NIL; node = media.after[node]) {
      if (startsCommand(disk, node)) group++;
      if (group < split || (group === split && random.chance(1, 2))) putContent(disk, image, node);
    }
    if (split < groups) return;
    this.begin();
    this.listStarted(disk, ANY_EPOCH);
    this.drawUnits(disk, random, image, NO_EPOCH);
  }

  /** Everything of the epochs before one, and of that one any choice. */
  private drawEpoch(disk: Disk, random: RandomStream, image: Int32Array): void {
    const { media } = disk;
    image.set(media.floor);
    const epoch = this.chooseEpoch(disk, random);
    this.begin();
    for (let node = media.oldest; node !== NIL; node = media.after[node]) {
      if (media.epoch[node] < epoch) putContent(disk, image, node);
      else if (media.epoch[node] === epoch) this.list(media.unit[node]);
    }
    this.listStarted(disk, epoch);
    this.drawUnits(disk, random, image, epoch);
  }

  /** Decides every listed unit by a plan; of the cached versions those of `epoch` are open. */
  private drawUnits(disk: Disk, random: RandomStream, image: Int32Array, epoch: number): void {
    const plan = random.below(PLAN_COUNT);
    if (this.unitCount === 0 || plan === PLAN.nothing) return;
    const keepOf4 = plan === PLAN.mixed ? 1 + random.below(3) : 4;
    const special = random.below(this.unitCount);
    this.shuffle(random);
    for (let i = 0; i < this.unitCount; i++) {
      const open = plan === PLAN.mixed || plan === PLAN.everything || (i === special) === (plan === PLAN.oneOnly);
      if (open) this.drawUnit(disk, random, image, this.units[i], epoch, keepOf4);
    }
  }

  /** Lays versions over the unit from old to new, each with `keepOf4` chances in four, then started writes. */
  private drawUnit(
    disk: Disk,
    random: RandomStream,
    image: Int32Array,
    unit: number,
    epoch: number,
    keepOf4: number,
  ): void {
    const { media } = disk;
    for (let node = media.unitHead[unit]; node !== NIL; node = media.newer[node]) {
      if (epoch !== ANY_EPOCH && media.epoch[node] !== epoch) continue;
      if (random.chance(keepOf4, 4)) putContent(disk, image, node);
    }
    const from = unit * media.unitSectors;
    // Turning one shuffle puts any write on top; under it, parts of a unit show more, and each unit has an order of its own.
    if (media.unitSectors > 1 && this.tagCount > 2) this.shuffle(random);
    const turn = this.tagCount > 1 ? random.below(this.tagCount) : 0;
    for (let i = 0; i < this.tagCount; i++) {
      const tag = this.tags[(i + turn) % this.tagCount];
      if (random.chance(keepOf4, 4)) disk.overlay(tag, image, from, from + media.unitSectors);
    }
  }

  /** An epoch that has something of its own, not before that of any floor; often the last. */
  private chooseEpoch(disk: Disk, random: RandomStream): number {
    const { media, commands } = disk;
    let count = 0;
    let epoch = media.floorEpochMax;
    let last = NIL;
    for (let node = media.oldest; node !== NIL; node = media.after[node]) {
      if (media.epoch[node] === last) continue;
      last = media.epoch[node];
      count++;
      if (last >= media.floorEpochMax && random.below(count) === 0) epoch = last;
    }
    for (let i = 0; i < commands.started.count; i++) {
      const own = commands.epoch[commands.started.items[i]];
      if (own >= media.floorEpochMax && own > last && random.chance(1, 2)) return own;
    }
    return epoch;
  }

  /** What the disk has accepted completes, overlapping commands in any order the tags allow. */
  private drawHost(disk: Disk, random: RandomStream, image: Int32Array): void {
    const { commands, media } = disk;
    image.set(media.current);
    this.tagCount = 0;
    for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) this.tags[this.tagCount++] = tag;
    let left = this.tagCount;
    while (left > 0) {
      const index = random.below(completable(disk, this.tags, left));
      const tag = this.tags[index];
      if ((commands.flags[tag] & COMMAND.write) !== 0) disk.overlay(tag, image, 0, media.sectorCount);
      this.tags.copyWithin(index, index + 1, left);
      left--;
    }
  }

  private begin(): void {
    this.listed.begin();
    this.unitCount = 0;
    this.tagCount = 0;
  }

  private list(unit: number): void {
    if (this.listed.add(unit) === 0) return;
    if (this.unitCount === this.units.length) {
      const larger = new Int32Array(2 * this.unitCount);
      larger.set(this.units);
      this.units = larger;
    }
    this.units[this.unitCount++] = unit;
  }

  /** Lists the units of started writes (of one epoch, or of all), and the writes themselves. */
  private listStarted(disk: Disk, epoch: number): void {
    const { commands, media } = disk;
    for (let i = 0; i < commands.started.count; i++) {
      const tag = commands.started.items[i];
      if ((commands.flags[tag] & COMMAND.write) === 0) continue;
      if (epoch !== ANY_EPOCH && commands.epoch[tag] !== epoch) continue;
      this.tags[this.tagCount++] = tag;
      const end = Math.floor((commands.sector[tag] + commands.count[tag] - 1) / media.unitSectors);
      for (let unit = Math.floor(commands.sector[tag] / media.unitSectors); unit <= end; unit++) this.list(unit);
    }
  }

  private shuffle(random: RandomStream): void {
    for (let i = this.tagCount - 1; i > 0; i--) {
      const j = random.below(i + 1);
      const tag = this.tags[i];
      this.tags[i] = this.tags[j];
      this.tags[j] = tag;
    }
  }
}

/** How many of the first `count` tags, in order of acceptance, may complete next. */
function completable(disk: Disk, tags: Int32Array, count: number): number {
  const { flags } = disk.commands;
  let free = 0;
  while (free < count && (flags[tags[free]] & COMMAND.ordered) === 0) free++;
  return free === 0 ? 1 : free;
}

/** Whether a cached version is the first of its command in completion order. */
function startsCommand(disk: Disk, node: number): boolean {
  const { media } = disk;
  const before = media.previous(node);
  return before === NIL || media.seq[before] !== media.seq[node];
}

function putContent(disk: Disk, image: Int32Array, node: number): void {
  const { media } = disk;
  const at = media.unit[node] * media.unitSectors;
  for (let i = 0; i < media.unitSectors; i++) image[at + i] = media.content[node * media.unitSectors + i];
}
