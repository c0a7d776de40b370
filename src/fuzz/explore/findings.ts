/** What a walk has come upon so far: per guarantee the worst verdict, and the first schedule that violates it. */
import { GUARANTEES, VERDICT, worseOf } from '../../contract/guarantees.ts';
import type { ExploredViolation, ExploreOptions } from './exploration.ts';

export class Findings {
  /** Per guarantee, the worst VERDICT code. */
  code: Uint8Array = new Uint8Array(0);
  violations: ExploredViolation[] = [];
  /** A violation has ended the walk. */
  stopped = false;
  private readonly options: ExploreOptions;

  constructor(options: ExploreOptions) {
    this.options = options;
  }

  begin(): void {
    this.code = new Uint8Array(GUARANTEES.length).fill(VERDICT.na);
    this.violations = [];
    this.stopped = false;
  }

  /** What a whole run comes to. */
  addRun(code: Uint8Array, schedule: readonly number[]): void {
    for (let guarantee = 0; guarantee < GUARANTEES.length; guarantee++)
      if (code[guarantee] === VERDICT.violated) this.add({ guarantee, schedule, crashed: false });
      else this.code[guarantee] = worseOf(this.code[guarantee], code[guarantee]);
  }

  /** @param violation its schedule may change later. */
  add(violation: ExploredViolation): void {
    const { guarantee, schedule } = violation;
    if (this.code[guarantee] === VERDICT.violated) return;
    this.code[guarantee] = VERDICT.violated;
    this.violations.push({ ...violation, schedule: [...schedule] });
    const { keepGoing, counted } = this.options;
    if (!keepGoing && counted?.[guarantee] !== false) this.stopped = true;
  }
}
