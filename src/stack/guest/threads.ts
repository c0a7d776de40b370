/** How far the threads of a guest are: one entry per thread. */
import type { Program } from '../../guest/program.ts';
import { IntList } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';

export class Threads {
  count = 0;
  /** Threads whose step is enabled, ascending, as of the guest's last refresh. */
  readonly runnable: IntList = new IntList();
  /** Place in the program's steps. */
  position: Int32Array = new Int32Array(0);
  /** Asynchronous operations not completed. */
  open: Int32Array = new Int32Array(0);
  /** 1: it waits for its flush or fsync. */
  blocked: Uint8Array = new Uint8Array(0);

  reset(program: Program): void {
    if (this.position.length < program.threadCount) this.grow(program.threadCount);
    this.count = program.threadCount;
    for (let t = 0; t < program.threadCount; t++) this.position[t] = program.stepStart[t];
    this.open.fill(0);
    this.blocked.fill(0);
  }

  writeKey(key: KeyBytes, program: Program): void {
    for (let t = 0; t < this.count; t++) {
      key.put(this.position[t] - program.stepStart[t]);
      key.put(this.open[t]);
      key.put(this.blocked[t]);
    }
  }

  private grow(count: number): void {
    this.position = new Int32Array(count);
    this.open = new Int32Array(count);
    this.blocked = new Uint8Array(count);
  }
}
