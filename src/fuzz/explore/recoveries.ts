/**
 * Every second crash of an explored workload: at a crash point every image of the first power loss, from each every
 * schedule of the guest's recovery, and at each state of that every image of the second power loss. A recovery is begun
 * once for what the first crash leaves of promises and image, whichever crash points leave it.
 * Left out: nothing within the bounds. No reduction either: a recovery is one thread's and short.
 */
import type { History } from '../../base/history.ts';
import type { SecondCrash as SecondCrashOfCase, ImagePair } from '../../case/case.ts';
import type { Program } from '../../guest/program.ts';
import { enumerateImages, imageOverFloor } from '../../power/enumerate.ts';
import { actionName } from '../../stack/actions.ts';
import type { Scope, StackConfig } from '../../stack/config.ts';
import { KeyBytes } from '../../stack/key/bytes.ts';
import { StateKey } from '../../stack/key/state.ts';
import type { Stack } from '../../stack/stack.ts';
import { SecondCrash } from '../second.ts';
import { EnabledActions } from './enabled.ts';
import type { Bound } from './exploration.ts';
import { HistoryKey, KEY_OPS_MAX } from './history.ts';
import { ByteTable } from './table.ts';

/** Images of one first crash that are recovered from at most. */
const IMAGES_MAX = 4096;

/** A guarantee that the second power loss violates, and how it comes to it. */
export interface LostInRecovery {
  readonly guarantee: number;
  readonly image: readonly ImagePair[];
  readonly second: SecondCrashOfCase;
}

export class ExploredRecoveries {
  /** Recoveries explored, and their states, each decided, since `begin`. */
  recoveryCount = 0;
  stateCount = 0;
  bound: Bound | null = null;
  private readonly second: SecondCrash;
  private readonly stateKey: StateKey;
  private readonly enabled: EnabledActions;
  private readonly historyKey: HistoryKey = new HistoryKey();
  private readonly scope: Scope;
  private readonly statesMax: number;
  private readonly key: KeyBytes = new KeyBytes();
  /** What recoveries were begun with: a first crash's promises and its image. */
  private readonly begun: ByteTable = new ByteTable();
  private readonly states: ByteTable = new ByteTable();
  private readonly crashPoints: ByteTable = new ByteTable();
  private readonly path: number[] = [];
  /** Actions of the path that the stack has taken; -1: it has gone another way. */
  private at = 0;
  private image: Int32Array = new Int32Array(0);
  private found: LostInRecovery[] = [];
  private imageOfFirst: readonly ImagePair[] = [];

  constructor(config: StackConfig, scope: Scope, statesMax: number) {
    this.second = new SecondCrash(config, scope);
    this.scope = scope;
    this.statesMax = statesMax;
    this.stateKey = new StateKey(...this.second.stack.allParts);
    this.enabled = new EnabledActions(this.second.stack, this.stateKey);
  }

  begin(): void {
    this.recoveryCount = 0;
    this.stateCount = 0;
    this.bound = null;
    this.begun.clear();
  }

  /**
   * Everything that may follow power loss now, of which nothing was known.
   * @param first the stack that loses power; it stays as it is.
   * @param promises writes what the history promises.
   */
  explore(program: Program, first: Stack, promises: (key: KeyBytes) => void): readonly LostInRecovery[] {
    const { history, disk } = first;
    this.found = [];
    if (this.image.length !== disk.media.sectorCount) this.image = new Int32Array(disk.media.sectorCount);
    history.crashAt = first.clock.now + 1;
    const count = enumerateImages(disk, this.scope, IMAGES_MAX, this.image, () => {
      if (this.isNew(promises)) this.recover(program, first);
      return this.bound === null;
    });
    if (count < 0 && this.bound === null) this.bound = 'images';
    history.crashAt = 0;
    return this.found;
  }

  private isNew(promises: (key: KeyBytes) => void): boolean {
    const { key, image, begun } = this;
    key.length = 0;
    promises(key);
    for (const version of image) key.put(version);
    const known = begun.count;
    return begun.add(key) === known;
  }

  private recover(program: Program, { history, disk }: Stack): void {
    const { second } = this;
    if (!second.begin(program, history, this.image)) return;
    if (second.program!.opCount - program.opCount > KEY_OPS_MAX) {
      this.bound = 'operations';
      return;
    }
    this.recoveryCount++;
    this.imageOfFirst = imageOverFloor(disk, this.image);
    this.historyKey.begin(second.program!, program.opCount);
    this.states.clear();
    this.crashPoints.clear();
    this.path.length = 0;
    this.at = 0;
    this.visit(history);
  }

  private visit(first: History): void {
    const { second, path } = this;
    second.stack.refresh();
    const known = this.states.count;
    if (this.number() < known) return;
    if (++this.stateCount > this.statesMax) this.bound = 'states';
    if (this.bound !== null) return;
    const depth = path.length;
    for (const action of this.enabled.list()) {
      if (this.at !== depth) this.replay(first, depth);
      second.stack.perform(action);
      path.push(action);
      this.at = depth + 1;
      this.visit(first);
      path.length = depth;
      this.at = GONE;
    }
  }

  /** The number of the state that recovery is in; what power loss could show of it is decided where it is new. */
  private number(): number {
    const { key, stateKey, historyKey, second, crashPoints } = this;
    key.length = 0;
    historyKey.write(key, second.stack.history);
    stateKey.writeDisk(key);
    const known = crashPoints.count;
    if (crashPoints.add(key) === known) this.decide();
    stateKey.writeRest(key);
    return this.states.add(key);
  }

  private decide(): void {
    const { second, found, path, imageOfFirst } = this;
    for (const { guarantee, image } of second.lostNow(found)) {
      const schedule = path.map(actionName);
      found.push({ guarantee, image: imageOfFirst, second: { schedule, step: schedule.length, image } });
    }
  }

  private replay(first: History, depth: number): void {
    const { second, path } = this;
    second.restart(first);
    for (let i = 0; i < depth; i++) second.stack.perform(path[i]);
    this.at = depth;
  }
}

const GONE = -1;
