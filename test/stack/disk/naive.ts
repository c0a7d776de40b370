/**
 * A second disk, written from disk.md sentence by sentence: every command is kept for ever and everything is
 * worked out anew from the whole list. It shares nothing with src/stack/disk but the names of the settings.
 */
import type { DiskConfig } from '../../../src/stack/config.ts';

export interface NaiveCommand {
  readonly kind: 'write' | 'flush' | 'discard' | 'read';
  readonly ordered: boolean;
  readonly fua: boolean;
  /** `[sector, count, version]` for each piece. */
  readonly pieces: readonly (readonly [number, number, number])[];
  /** How many commands had completed when it started; undefined: not started. */
  started?: number;
  /** Its number among the completions, from 1 on; undefined: not completed. */
  completed?: number;
}

/** A unit's whole content, and which completion put it there (0: the initial content). */
interface Content {
  readonly by: number;
  readonly epoch: number;
  readonly versions: readonly number[];
}

export class NaiveDisk {
  readonly commands: NaiveCommand[] = [];
  private readonly config: DiskConfig;
  private readonly unitSectors: number;

  constructor(config: DiskConfig) {
    this.config = config;
    this.unitSectors = config.atomic / 512;
  }

  accept(command: NaiveCommand): void {
    this.commands.push(command);
    this.startWhatMay();
  }

  complete(command: NaiveCommand): void {
    command.completed = this.completedCount + 1;
    this.startWhatMay();
  }

  get started(): NaiveCommand[] {
    return this.commands.filter(({ started, completed }) => started !== undefined && completed === undefined);
  }

  get openCount(): number {
    return this.commands.filter(({ completed }) => completed === undefined).length;
  }

  /** Two for every ORDERED command before it, and one for being one. */
  epochOf(command: NaiveCommand): number {
    const before = this.commands.slice(0, this.commands.indexOf(command));
    return 2 * before.filter((other) => this.isOrdered(other)).length + (this.isOrdered(command) ? 1 : 0);
  }

  current(): number[] {
    return this.unitNumbers().flatMap((unit) => [...this.historyOf(unit).at(-1)!.versions]);
  }

  floor(): number[] {
    return this.unitNumbers().flatMap((unit) => [...this.floorOf(unit).versions]);
  }

  floorEpochMax(): number {
    return Math.max(...this.unitNumbers().map((unit) => this.floorOf(unit).epoch));
  }

  /** Completed versions of the unit above its floor, oldest first; with a cache that is not volatile there are none. */
  maybe(unit: number): readonly number[][] {
    const floor = this.floorOf(unit);
    return this.historyOf(unit)
      .filter(({ by }) => by > floor.by)
      .map(({ versions }) => [...versions]);
  }

  unitNumbers(): number[] {
    return Array.from({ length: this.config.sectors / this.unitSectors }, (_, unit) => unit);
  }

  private get completedCount(): number {
    return this.commands.length - this.openCount;
  }

  private isIgnored(command: NaiveCommand): boolean {
    return command.kind === 'flush' && this.config.flush === 'ignored';
  }

  private isOrdered(command: NaiveCommand): boolean {
    return command.ordered && this.config.tags === 'honoured' && !this.isIgnored(command);
  }

  private startWhatMay(): void {
    this.commands.forEach((command, index) => {
      if (command.started === undefined && this.mayStart(command, index)) command.started = this.completedCount;
    });
  }

  private mayStart(command: NaiveCommand, index: number): boolean {
    if (this.isIgnored(command)) return true;
    const before = this.commands.slice(0, index).filter((other) => !this.isIgnored(other));
    const awaited = this.isOrdered(command) ? before : before.filter((other) => this.isOrdered(other));
    return awaited.every(({ completed }) => completed !== undefined);
  }

  /** Everything that has completed, in the order of completion. */
  private completions(): NaiveCommand[] {
    const done = this.commands.filter(({ completed }) => completed !== undefined);
    return done.toSorted((a, b) => a.completed! - b.completed!);
  }

  /** What the unit has held in the cache, beginning with the initial content. */
  private historyOf(unit: number): Content[] {
    let versions: readonly number[] = Array.from({ length: this.unitSectors }, () => -1);
    const contents: Content[] = [{ by: 0, epoch: 0, versions }];
    for (const command of this.completions()) {
      if (!this.writesTo(command, unit)) continue;
      versions = versions.map((old, i) => writtenAt(command, unit * this.unitSectors + i) ?? old);
      contents.push({ by: command.completed!, epoch: this.epochOf(command), versions });
    }
    return contents;
  }

  private writesTo(command: NaiveCommand, unit: number): boolean {
    if (command.kind !== 'write' && command.kind !== 'discard') return false;
    const sectors = Array.from({ length: this.unitSectors }, (_, i) => unit * this.unitSectors + i);
    return sectors.some((sector) => writtenAt(command, sector) !== undefined);
  }

  private floorOf(unit: number): Content {
    const contents = this.historyOf(unit);
    if (this.config.cache !== 'writeback') return contents.at(-1)!;
    let floor = contents[0];
    for (const event of this.completions()) {
      const reached = contents.findLast((content) => this.takesAlong(event, unit, content));
      if (reached !== undefined && reached.by > floor.by) floor = reached;
    }
    return floor;
  }

  /** Whether the completion of `event` means that this content of the unit, or a newer one, is on the medium. */
  private takesAlong(event: NaiveCommand, unit: number, content: Content): boolean {
    if (event.kind === 'flush') return !this.isIgnored(event) && content.by <= event.started!;
    if (!event.fua || !this.config.fua || content.by > event.completed!) return false;
    if (this.writesTo(event, unit)) return true;
    if (this.config.destage === 'fifo') return true;
    return this.config.destage === 'epoch' && content.epoch < this.epochOf(event);
  }
}

function writtenAt(command: NaiveCommand, sector: number): number | undefined {
  const pieces = command.pieces.filter(([first, count]) => first <= sector && sector < first + count);
  if (pieces.length === 0) return undefined;
  return command.kind === 'discard' ? -1 : pieces.at(-1)![2];
}
