/** The one counter that every time of a history is taken from (contract.md, "history"): it never repeats a value. */
export class Clock {
  now = 0;

  tick(): number {
    return ++this.now;
  }
}
