/**
 * Every schedule of a small workload, and at every state every image that power loss could leave. Depth first; a state
 * seen before is not entered again (keys, src/stack/key), and of actions that commute one order is taken (sleep sets,
 * with what a state has left out kept beside it, so that a later visit makes up for it). No state is left out by either.
 * Of threads that do the same, the first begins first (twins.ts).
 * A state is decided by the exact check; what only a whole run shows is judged by the oracle where a run ends. A crash
 * that something outlives is one more action of every state that has not had it. Second crashes: recoveries.ts.
 * Left out: nothing within the bounds; over them the walk stops and says so.
 */
import { GUARANTEE, GUARANTEES } from '../../contract/guarantees.ts';
import { Oracle } from '../../contract/oracle.ts';
import { type Program, programsOf } from '../../guest/program.ts';
import { imageCount } from '../../power/count.ts';
import type { ExactCheck } from '../../power/exact/check.ts';
import { createExactCheck } from '../../power/exact/create.ts';
import { isOutlived, type Scope, type StackConfig } from '../../stack/config.ts';
import { createStack } from '../../stack/create.ts';
import { KeyBytes } from '../../stack/key/bytes.ts';
import { StateKey } from '../../stack/key/state.ts';
import { CRASH, type Stack } from '../../stack/stack.ts';
import { addLive } from '../live.ts';
import { GuestPromise } from '../promise.ts';
import { judgeImage } from '../witness.ts';
import { EnabledActions } from './enabled.ts';
import type { Bound, Exploration, ExploreOptions } from './exploration.ts';
import { Findings } from './findings.ts';
import { HistoryKey } from './history.ts';
import { areIndependent } from './independence.ts';
import { ALL, MASK_BITS, maskOf, StateMasks } from './mask.ts';
import { PathCounter } from './paths.ts';
import { ExploredRecoveries } from './recoveries.ts';
import { ByteTable } from './table.ts';
import { twinsOf } from './twins.ts';

export class Explorer {
  private readonly stack: Stack;
  private readonly scope: Scope;
  /** The crash is one of the actions, and images are judged where a run ends. */
  private readonly isOutlived: boolean;
  private readonly options: ExploreOptions;
  /** One for each guest. */
  private readonly checks: readonly ExactCheck[];
  private readonly oracle: Oracle = new Oracle();
  private readonly promise: GuestPromise;
  private readonly enabled: EnabledActions;
  private readonly hasRing: boolean;
  private readonly merges: boolean;
  private readonly key: KeyBytes = new KeyBytes();
  private readonly stateKey: StateKey;
  private readonly historyKeys: readonly HistoryKey[];
  private readonly states: ByteTable = new ByteTable();
  private readonly crashPoints: ByteTable = new ByteTable();
  /** Per state: the enabled actions left out so far, a bit each in their order. */
  private readonly leftOut: StateMasks = new StateMasks();
  private readonly paths: PathCounter = new PathCounter();
  private readonly path: number[] = [];
  /** Actions of the path that the stack has taken; -1: it has gone another way. */
  private at = 0;
  private program!: Program;
  private readonly findings: Findings;
  /** Second crashes; null: none. */
  private readonly recoveries: ExploredRecoveries | null;
  private bound: Bound | null = null;
  private images = 0n;
  private transitions = 0;
  /** States that the crash was taken from. */
  private crashes = 0;
  private ways = 0;
  /** Bytes of the last key that say what power loss could show. */
  private shown = 0;

  constructor(config: StackConfig, scope: Scope, options: ExploreOptions) {
    this.stack = createStack(config, scope);
    this.scope = scope;
    this.isOutlived = isOutlived(scope);
    this.options = options;
    this.checks = this.stack.evidence().map((evidence) => createExactCheck(evidence, scope));
    this.promise = new GuestPromise(this.stack, scope);
    this.historyKeys = this.checks.map(() => new HistoryKey());
    this.stateKey = new StateKey(...this.stack.allParts);
    this.enabled = new EnabledActions(this.stack, this.stateKey);
    this.hasRing = config.backend !== 'direct';
    this.merges = config.groupSync === 'merge';
    this.findings = new Findings(options);
    this.recoveries = options.secondCrash ? new ExploredRecoveries(config, scope, options.statesMax) : null;
  }

  explore(program: Program): Exploration {
    this.begin(program);
    this.restart();
    this.visit([]);
    const { code, violations, stopped } = this.findings;
    return {
      code,
      violations,
      stopped,
      bound: this.bound,
      schedules: this.ways,
      schedulesCovered: this.paths.count(this.states.count),
      states: Math.min(this.states.count, this.options.statesMax),
      transitions: this.transitions,
      crashPoints: this.isOutlived ? this.crashes : this.crashPoints.count,
      images: this.images,
      recoveries: this.recoveries?.recoveryCount ?? 0,
      secondCrashPoints: this.recoveries?.stateCount ?? 0,
    };
  }

  private begin(program: Program): void {
    this.program = program;
    this.promise.begin(program);
    this.findings.begin();
    this.recoveries?.begin();
    this.bound = null;
    this.images = 0n;
    [this.transitions, this.crashes, this.ways] = [0, 0, 0];
    this.path.length = 0;
    this.states.clear();
    this.crashPoints.clear();
    this.paths.clear();
    programsOf(program).forEach((own, guest) => this.historyKeys[guest].begin(own));
    this.enabled.twins = this.options.reduced ? programsOf(program).map(twinsOf) : [];
  }

  /** The state the stack is in, at the end of the path. @returns its number. @param sleep actions that need no walk. */
  private visit(sleep: readonly number[]): number {
    const { stack, path, options } = this;
    stack.refresh();
    const depth = path.length;
    const known = this.states.count;
    const number = this.number();
    if (number === known && this.states.count > options.statesMax) {
      this.bound ??= 'states';
      return number;
    }
    const actions = this.enabled.list();
    const isEnd = actions.length === 0;
    if (stack.canCrash) actions.push(CRASH);
    const asleep = maskOf(actions, sleep);
    let open = actions.length > MASK_BITS ? ALL : ~asleep;
    if (number < known) {
      open = this.leftOut.keep(number, asleep);
      if (open === 0) {
        this.ways++;
        return number;
      }
    } else {
      this.enter(number, actions.length > MASK_BITS ? 0 : asleep & ((1 << actions.length) - 1), isEnd);
    }
    if (depth >= options.stepsMax && actions.length > 0) this.bound ??= 'steps';
    const done: number[] = actions.length > MASK_BITS ? [] : [...sleep];
    for (let i = 0; i < actions.length && !this.isOver; i++) {
      if (i < MASK_BITS && (open & (1 << i)) === 0) continue;
      this.step(number, depth, actions[i], done);
      if (options.reduced) done.push(actions[i]);
    }
    return number;
  }

  /** Takes an action of a state and visits where it leads. */
  private step(from: number, depth: number, action: number, done: readonly number[]): void {
    const { path, stack } = this;
    if (this.at !== depth) this.replay(depth);
    stack.perform(action);
    if (this.isOutlived && action === CRASH) this.crashes++;
    this.transitions++;
    path.push(action);
    this.at = depth + 1;
    const asleep = this.hasRing ? done.filter((other) => areIndependent(action, other, this.merges)) : [];
    this.paths.add(from, this.visit(asleep));
    path.length = depth;
    this.at = GONE;
  }

  private get isOver(): boolean {
    return this.findings.stopped || this.bound !== null;
  }

  /** A state seen for the first time. */
  private enter(number: number, asleep: number, isEnd: boolean): void {
    this.leftOut.put(number, asleep);
    this.options.observe?.(this.stack.history);
    this.decide();
    if (isEnd) {
      this.ways++;
      this.paths.addEnd(number);
      this.judgeEnd();
    }
  }

  /** The number of the state the stack is in; first comes what power loss could show of it. */
  private number(): number {
    const { key, stateKey, stack } = this;
    key.length = 0;
    stack.evidence().forEach(({ history }, guest) => this.historyKeys[guest].write(key, history));
    stateKey.writeDisk(key);
    this.shown = key.length;
    stateKey.writeRest(key);
    return this.states.add(key);
  }

  private decide(): void {
    if (this.isOutlived) return;
    const { key, checks, path: schedule } = this;
    const violates = (guarantee: number): void => this.findings.add({ guarantee, schedule, crashed: true });
    const known = this.crashPoints.count;
    const programs = programsOf(this.program);
    key.length = this.shown;
    if (this.crashPoints.add(key) < known) return;
    this.stack.evidence().forEach(({ disk }, guest) => {
      const check = checks[guest];
      check.decideNow(programs[guest]);
      this.images += BigInt(check.imageCount ?? imageCount(disk, this.scope));
      for (let guarantee = 0; guarantee < GUARANTEES.length; guarantee++)
        if (check.violated[guarantee] !== 0) violates(guarantee);
    });
    if (this.promise.breaksUnder(this.stack.diskImage)) violates(GUARANTEE.guestPromise);
    if (this.recoveries !== null && !this.isOver) this.loseTwice(this.recoveries);
  }

  private loseTwice(recoveries: ExploredRecoveries): void {
    const { program, stack, historyKeys, findings, path } = this;
    const lost = recoveries.explore(program, stack, (key) => historyKeys[0].write(key, stack.history));
    for (const { guarantee, ...twice } of lost) findings.add({ guarantee, schedule: path, crashed: true, twice });
    this.bound ??= recoveries.bound;
  }

  /** The end of a run without power loss. */
  private judgeEnd(): void {
    const { stack, oracle, promise } = this;
    stack.readDevice();
    if (this.isOutlived && !stack.canCrash) this.images++;
    for (const { history } of stack.evidence())
      this.findings.addRun(addLive(judgeImage(history, oracle, promise).code, stack), this.path);
  }

  private replay(depth: number): void {
    this.restart();
    for (let i = 0; i < depth; i++) this.stack.perform(this.path[i]);
    this.at = depth;
  }

  private restart(): void {
    this.stack.reset(this.program);
    this.stack.forgetReads();
    this.at = 0;
  }
}

const GONE = -1;
