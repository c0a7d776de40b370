/**
 * A walk through one product in which each image differs from the one before in one cell: the reflected Gray code in
 * mixed radix, loopless (Knuth, TAOCP 4A, 7.2.1.1, algorithm H). Images that lie in a box of an earlier product are
 * passed over; how many cells of the current image lie outside of each box is counted along. Nothing is allocated on the
 * way, and the tables are reused from product to product.
 */
import { IntList } from '../../stack/journal.ts';
import { type Cell, type Choices, numbersAt } from './choices.ts';
import type { Box } from './overlaps.ts';

export class GrayWalk {
  /** Sectors that have changed since the list was last emptied, each once. */
  readonly changed: IntList = new IntList();
  private listed: Uint8Array = new Uint8Array(0);
  private image: Int32Array = new Int32Array(0);
  /** Cells with a choice, least significant first: how many choices, where their sectors and contents are. */
  private digitCount = 0;
  private readonly radix: IntList = new IntList();
  private readonly sectorStart: IntList = new IntList();
  private readonly sectorCount: IntList = new IntList();
  private readonly contentStart: IntList = new IntList();
  private readonly sectors: IntList = new IntList();
  private readonly contents: IntList = new IntList();
  /** State of the code: choice and direction of each digit, and the focus pointers. */
  private digit: Int32Array = new Int32Array(64);
  private direction: Int32Array = new Int32Array(64);
  private focus: Int32Array = new Int32Array(65);
  /** Per box: how many cells are outside of it. Per box, digit and choice: 1 where it is outside. */
  private boxCount = 0;
  private outside: Int32Array = new Int32Array(0);
  private isOutside: Uint8Array = new Uint8Array(0);
  private readonly choiceStart: IntList = new IntList();
  private choiceCount = 0;

  /** Changes go to `image` from now on, which has just been filled. */
  begin(image: Int32Array, sectorCount: number): void {
    this.image = image;
    if (this.listed.length < sectorCount) this.listed = new Uint8Array(sectorCount);
    this.listed.fill(0);
    this.changed.clear();
  }

  /** Puts the image to the first of the product; the product before it has been entered. */
  enter({ cells, touched }: Choices, at: number, boxes: readonly Box[]): void {
    this.clear();
    for (const index of at > 0 ? touched[at - 1] : []) this.putFirst(cells[index], at);
    for (const index of touched[at]) {
      this.putFirst(cells[index], at);
      this.addDigit(cells[index], numbersAt(cells[index], at));
    }
    this.reset();
    this.addBoxes(boxes);
  }

  /** Whether no earlier product has the image. */
  get isNew(): boolean {
    for (let box = 0; box < this.boxCount; box++) if (this.outside[box] === 0) return false;
    return true;
  }

  /** Goes on to the next image; false after the last. */
  advance(): boolean {
    const { digit, direction, focus } = this;
    const at = focus[0];
    if (at === this.digitCount) return false;
    focus[0] = 0;
    const from = digit[at];
    const to = from + direction[at];
    digit[at] = to;
    if (to === 0 || to === this.radix.items[at] - 1) {
      direction[at] = -direction[at];
      focus[at] = focus[at + 1];
      focus[at + 1] = at + 1;
    }
    this.choose(at, to);
    for (let box = 0; box < this.boxCount; box++) {
      const own = box * this.choiceCount + this.choiceStart.items[at];
      this.outside[box] += this.isOutside[own + to] - this.isOutside[own + from];
    }
    return true;
  }

  /** The changes have been seen. */
  forget(): void {
    const { changed, listed } = this;
    for (let i = 0; i < changed.count; i++) listed[changed.items[i]] = 0;
    changed.count = 0;
  }

  private choose(at: number, choice: number): void {
    const count = this.sectorCount.items[at];
    const sector = this.sectorStart.items[at];
    const content = this.contentStart.items[at] + choice * count;
    for (let i = 0; i < count; i++) this.put(this.sectors.items[sector + i], this.contents.items[content + i]);
  }

  private put(x: number, version: number): void {
    const { image, listed } = this;
    if (image[x] === version) return;
    image[x] = version;
    if (listed[x] === 1) return;
    listed[x] = 1;
    this.changed.push(x);
  }

  private clear(): void {
    const { radix, sectorStart, sectorCount, contentStart, sectors, contents, choiceStart } = this;
    for (const list of [radix, sectorStart, sectorCount, contentStart, sectors, contents, choiceStart]) list.clear();
    this.digitCount = 0;
    this.choiceCount = 0;
  }

  private putFirst(cell: Cell, at: number): void {
    const first = cell.contents[numbersAt(cell, at)[0]];
    for (let i = 0; i < first.length; i++) this.put(cell.sectors[i], first[i]);
  }

  private addDigit({ sectors, contents }: Cell, numbers: readonly number[]): void {
    if (numbers.length === 1) return;
    this.digitCount++;
    this.radix.push(numbers.length);
    this.sectorStart.push(this.sectors.count);
    this.sectorCount.push(sectors.length);
    this.contentStart.push(this.contents.count);
    this.choiceStart.push(this.choiceCount);
    this.choiceCount += numbers.length;
    for (const x of sectors) this.sectors.push(x);
    for (const number of numbers) for (const version of contents[number]) this.contents.push(version);
  }

  private reset(): void {
    if (this.digit.length < this.digitCount) {
      this.digit = new Int32Array(2 * this.digitCount);
      this.direction = new Int32Array(2 * this.digitCount);
      this.focus = new Int32Array(2 * this.digitCount + 1);
    }
    this.digit.fill(0, 0, this.digitCount);
    this.direction.fill(1, 0, this.digitCount);
    for (let at = 0; at <= this.digitCount; at++) this.focus[at] = at;
  }

  private addBoxes(boxes: readonly Box[]): void {
    this.boxCount = boxes.length;
    if (this.outside.length < boxes.length) this.outside = new Int32Array(2 * boxes.length);
    if (this.isOutside.length < boxes.length * this.choiceCount)
      this.isOutside = new Uint8Array(2 * boxes.length * this.choiceCount);
    this.outside.fill(0, 0, boxes.length);
    let own = 0;
    boxes.forEach((box, index) => {
      for (const shared of box) {
        this.outside[index] += 1 - shared[0];
        if (shared.length > 1) for (const has of shared) this.isOutside[own++] = 1 - has;
      }
    });
  }
}
