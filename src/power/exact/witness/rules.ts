/**
 * Every guarantee that an image decides as one question: is there a sector whose version *ends* something at some time,
 * and a sector whose version *stands* from after that time? Order guarantees are such pairs by their nature (a write
 * is lost, a later one stands, a barrier between them); of durability one lost version is enough, whatever stands.
 */
import { type History, KIND, STATUS } from '../../../base/history.ts';
import { GUARANTEE } from '../../../contract/guarantees.ts';
import type { Program } from '../../../guest/program.ts';
import type { IntList } from '../../../stack/journal.ts';
import { completedOps, submittedOps } from '../check.ts';
import { Directs } from '../directs.ts';
import { firstFrom, NEVER, Precedence } from '../precedence.ts';
import { DURABILITIES, Promises } from '../promises.ts';

/** An image violates the rule iff the least `ends` over its sectors is less than the largest `stands`. */
export interface Rule {
  /** A time from 0; NEVER: the version loses nothing. */
  ends(sector: number, version: number): number;
  /** A time from 1; 0: nothing stands. */
  stands(sector: number, version: number): number;
}

/** What a history claims, as of now. */
export class Claims {
  private readonly precedence: Precedence = new Precedence();
  private readonly promises: Promises = new Promises();
  private readonly directs: Directs = new Directs();
  private history!: History;

  look(history: History, program: Program): void {
    const { precedence, promises, directs } = this;
    this.history = history;
    precedence.begin(history);
    promises.begin(history, program);
    directs.begin(history);
    for (const op of submittedOps(history)) {
      precedence.submitted(op);
      promises.submitted(op);
      directs.submitted(op);
    }
    for (const op of completedOps(history)) promises.completed(op);
  }

  /** Each of these alone violates the guarantee; none: no image decides it. */
  rulesOf(guarantee: number): readonly Rule[] {
    const { payloadTimes, emptyTimes } = this.precedence;
    if (guarantee === GUARANTEE.barrierOrder) return [this.orderRule(payloadTimes), this.commitRule()];
    if (guarantee === GUARANTEE.emptyBarrierOrder) return [this.orderRule(emptyTimes)];
    const row = DURABILITIES.indexOf(guarantee);
    return row < 0 ? [] : [this.durabilityRule(row)];
  }

  /** A write is lost, and one submitted after a barrier behind it stands. */
  private orderRule(barrierTimes: IntList): Rule {
    return {
      ends: (sector, version) => {
        const lost = this.lostUnder(sector, version);
        return lost === NEVER ? NEVER : firstFrom(barrierTimes, lost);
      },
      stands: (_, version) => (version < 0 ? 0 : this.history.submit[version]),
    };
  }

  /** A write is lost, and the payload of a later barrier stands. */
  private commitRule(): Rule {
    return {
      ends: (sector, version) => this.lostUnder(sector, version),
      stands: (_, version) => {
        const { kind, status, submit } = this.history;
        return version >= 0 && kind[version] === KIND.barrier && status[version] <= STATUS.ok ? submit[version] : 0;
      },
    };
  }

  /** A promised write is lost. */
  private durabilityRule(row: number): Rule {
    const latest = this.promises.latest[row];
    return {
      ends: (sector, version) => {
        const promised = latest[sector];
        return promised > 0 && this.precedence.keyOfVersion(version, sector) <= 2 * promised ? 0 : NEVER;
      },
      stands: () => 1,
    };
  }

  private lostUnder(sector: number, version: number): number {
    return this.directs.lostUnder(sector, this.precedence.keyOfVersion(version, sector));
  }
}
