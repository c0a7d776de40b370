/**
 * Every image that a crash can leave (disk.md, "Surviving images" and "Scopes of a crash"), by definition: clear rather than
 * fast, for small runs.
 */
import { canonical, type DiskModel, type Image, type Version } from './document.ts';
import { type Command, type DiskDocument, livesOf } from './life.ts';

/** The whole content of an atomic unit, one version per sector. */
type Content = readonly Version[];

/** A version of a unit: its content from the completion of `by` on; the initial content has `at` -Infinity. */
interface Held {
  readonly content: Content;
  readonly at: number;
  readonly epoch: number;
}

/** An atomic unit in the life of this disk. */
interface Unit {
  readonly first: number;
  /** In order of completion, the initial content first. */
  readonly versions: readonly Held[];
  readonly floor: Held;
  /** Started and not completed writes to the unit. */
  readonly pending: readonly Command[];
}

export interface Surviving {
  /** Canonical images. */
  readonly images: ReadonlySet<string>;
  /** False: there are more than were asked for, and the set is only a part. */
  readonly whole: boolean;
}

/** What a test may misread on purpose, to see that a test of agreement notices. */
export interface Rules {
  /** Up to when a completed flush has put the cache on the medium. */
  readonly flushCovers: (flush: Command) => number;
}

export const RULES: Rules = { flushCovers: (flush) => flush.started ?? -Infinity };

/** Every image the crash can leave, or `imagesMax` of them. */
export function survivingImages(document: DiskDocument, imagesMax = 4096, rules: Rules = RULES): Surviving {
  const images = new Set<string>();
  for (const image of imagesOf(document, rules)) {
    images.add(canonical(image));
    if (images.size > imagesMax) return { images, whole: false };
  }
  return { images, whole: true };
}

function imagesOf(document: DiskDocument, rules: Rules): Iterable<Image> {
  const { diskModel: model, sectors } = document;
  const commands = livesOf(document);
  const scope = document.scope ?? 'power';
  if (scope === 'host') return new Set(cachesOf(commands, sectors));
  if (scope !== 'power') throw new Error(`a document does not tell which images a crash of scope ${scope} can leave`);
  const units = unitsOf(commands, model, sectors, rules);
  if (model.cache !== 'writeback' || model.destage === 'any') return product(units.map(choicesOfAny));
  return model.destage === 'fifo' ? imagesOfFifo(commands, units) : imagesOfEpoch(commands, units);
}

// ---- units -----------------------------------------------------------------------------------------------------------

function unitsOf(commands: readonly Command[], model: DiskModel, sectors: number, rules: Rules): readonly Unit[] {
  const size = model.atomic / 512;
  const firsts = Array.from({ length: Math.ceil(sectors / size) }, (_, index) => index * size);
  return firsts.map((first) => unitOf(first, Math.min(size, sectors - first), commands, model, rules));
}

function unitOf(first: number, size: number, commands: readonly Command[], model: DiskModel, rules: Rules): Unit {
  const blank: Held = { content: Array.from({ length: size }, () => -1), at: -Infinity, epoch: -Infinity };
  const touches = (command: Command) =>
    [...command.puts.keys()].some((sector) => sector >= first && sector < first + size);
  const versions = inOrderOfCompletion(commands.filter(touches)).reduce<readonly Held[]>(
    (before, command) => {
      const content = overlay(before.at(-1)!.content, command, first);
      return [...before, { content, at: command.completed!, epoch: epochOf(command, commands) }];
    },
    [blank],
  );
  const until = mediumUntil(commands, touches, model, rules);
  return {
    first,
    versions,
    floor: versions.filter(({ at }) => at <= until).at(-1)!,
    pending: commands.filter((command) => touches(command) && command.started !== null && command.completed === null),
  };
}

/** The time up to which everything that completed is certainly on the medium, for the unit that `touches` speaks of. */
function mediumUntil(
  commands: readonly Command[],
  touches: (command: Command) => boolean,
  model: DiskModel,
  rules: Rules,
): number {
  if (model.cache !== 'writeback') return Infinity;
  const done = inOrderOfCompletion(commands);
  const flushes = done.filter(({ kind }) => kind === 'flush').map(rules.flushCovers);
  const fuas = done.filter((command) => command.fua && (model.destage === 'fifo' || touches(command)));
  return Math.max(-Infinity, ...flushes, ...fuas.map((command) => command.completed!));
}

/** Those that completed and did not fail, in order of completion. */
function inOrderOfCompletion(commands: readonly Command[]): readonly Command[] {
  const done = commands.filter((command) => command.completed !== null && !command.failed);
  return done.toSorted((a, b) => a.completed! - b.completed!);
}

function overlay(content: Content, command: Command, first: number): Content {
  return content.map((version, index) => command.puts.get(first + index) ?? version);
}

// ---- destage ---------------------------------------------------------------------------------------------------------

/** destage any: the floor or whatever completed after it, with started writes laid over. */
function choicesOfAny(unit: Unit): readonly Content[] {
  const above = unit.versions.filter(({ at }) => at > unit.floor.at);
  return laidOver([unit.floor, ...above], unit.pending, unit.first);
}

/** destage fifo: the completed writes above the floor, split at some point. */
function* imagesOfFifo(commands: readonly Command[], units: readonly Unit[]): Iterable<Image> {
  const aboveFloor = (command: Command, unit: Unit) =>
    command.completed! > unit.floor.at && unit.versions.some(({ at }) => at === command.completed);
  const queue = inOrderOfCompletion(commands).filter((command) => units.some((unit) => aboveFloor(command, unit)));
  for (const next of queue) {
    yield* product(
      units.map((unit) => {
        const before = unit.versions.filter(({ at }) => at <= unit.floor.at || at < next.completed!).at(-1)!;
        const own = aboveFloor(next, unit) ? unit.versions.filter(({ at }) => at === next.completed) : [];
        return laidOver([before, ...own], [], unit.first);
      }),
    );
  }
  yield* product(units.map((unit) => laidOver([unit.versions.at(-1)!], unit.pending, unit.first)));
}

/** destage epoch: everything before some epoch, whatever may be of it, nothing after. */
function* imagesOfEpoch(commands: readonly Command[], units: readonly Unit[]): Iterable<Image> {
  const epochs = [...new Set([0, ...commands.map((command) => epochOf(command, commands))])];
  const reached = (epoch: number) =>
    units.every((unit) => unit.floor.epoch <= epoch) &&
    commands.every((command) => command.completed !== null || epochOf(command, commands) >= epoch);
  for (const epoch of epochs.filter(reached)) {
    yield* product(
      units.map((unit) => {
        const before = unit.versions.filter((held) => held.epoch < epoch).at(-1)!;
        const own = unit.versions.filter((held) => held.epoch === epoch && held.at > unit.floor.at);
        const pending = unit.pending.filter((command) => epochOf(command, commands) === epoch);
        return laidOver([unit.floor.epoch === epoch ? unit.floor : before, ...own], pending, unit.first);
      }),
    );
  }
}

/** An ORDERED command is an epoch of its own; the SIMPLE ones between two ORDERED ones share one. */
function epochOf(command: Command, commands: readonly Command[]): number {
  const orderedBefore = commands.filter((other) => other.ordered && other.accepted < command.accepted);
  return 2 * orderedBefore.length + (command.ordered ? 1 : 0);
}

// ---- choices ---------------------------------------------------------------------------------------------------------

/** Each content as it is and with any of the pending writes laid over it, in any order. */
function laidOver(held: readonly Held[], pending: readonly Command[], first: number): readonly Content[] {
  const found = new Map<string, Content>();
  const lay = (content: Content, rest: readonly Command[]): void => {
    found.set(canonical(content), content);
    for (const command of rest)
      lay(
        overlay(content, command, first),
        rest.filter((other) => other !== command),
      );
  };
  for (const { content } of held) lay(content, pending);
  return [...found.values()];
}

/** Every way to choose one content per unit. */
function* product(choices: readonly (readonly Content[])[]): Iterable<Image> {
  const [head, ...tail] = choices;
  if (head === undefined) yield [];
  else for (const rest of product(tail)) for (const content of head) yield [...content, ...rest];
}

// ---- scope host ------------------------------------------------------------------------------------------------------

/** The caches that are left when all that was accepted completes, in any order the tags allow. */
function cachesOf(commands: readonly Command[], sectors: number): Iterable<Image> {
  const blank: Content = Array.from({ length: sectors }, () => -1);
  const now = inOrderOfCompletion(commands).reduce((content, command) => overlay(content, command, 0), blank);
  const left = commands.filter((command) => command.completed === null);
  const found = new Map<string, Image>();
  const seen = new Set<string>();
  const finish = (content: Content, rest: readonly Command[]): void => {
    const state = `${canonical(content)} | ${rest.map((command) => command.accepted).join(' ')}`;
    if (seen.has(state)) return;
    seen.add(state);
    if (rest.length === 0) found.set(canonical(content), content);
    for (const command of rest.filter((one) => mayStart(one, rest)))
      finish(
        overlay(content, command, 0),
        rest.filter((other) => other !== command),
      );
  };
  finish(now, left);
  return found.values();
}

/** Whether a command may start while `rest` has not completed. */
function mayStart(command: Command, rest: readonly Command[]): boolean {
  return rest.every((other) => other.accepted >= command.accepted || !(command.ordered || other.ordered));
}
