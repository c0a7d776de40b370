/** Progress on stderr: a live line on a terminal, a plain line now and then otherwise. */
import { printable } from './values.ts';

const LIVE_MS = 100;
const PLAIN_MS = 10_000;

export class Progress {
  private readonly live: boolean;
  private readonly quiet: boolean;
  private readonly startedAt = Date.now();
  private shownAt: number;
  private shown = false;

  constructor(quiet: boolean) {
    this.quiet = quiet;
    this.live = process.stderr.isTTY;
    this.shownAt = this.startedAt;
  }

  /** Milliseconds since the beginning. */
  get elapsedMs(): number {
    return Date.now() - this.startedAt;
  }

  /** Shows how far things are, unless that was shown a moment ago. */
  show(text: () => string): void {
    if (this.quiet || Date.now() - this.shownAt < (this.live ? LIVE_MS : PLAIN_MS)) return;
    this.shownAt = Date.now();
    const line = printable(`${text()} (${Math.round(this.elapsedMs / 1000)} s)`);
    if (this.live) process.stderr.write(`\r\u001b[K${line.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
    else process.stderr.write(`${line}\n`);
    this.shown = true;
  }

  /** Takes the live line away: something else is going to be printed. */
  clear(): void {
    if (this.live && this.shown) process.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
