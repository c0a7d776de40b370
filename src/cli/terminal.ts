/** Standard output and error: what the world may do to them (close, fill up) becomes an exit code, never a stack trace. */
import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { BlkfuzzError } from '../base/errors.ts';
import { codeOf, unwritable } from '../corpus/system.ts';
import type { Style } from '../report/style.ts';
import { printable } from './values.ts';

/** Signals are heard at least this often. */
const TURN_MS = 20;

/** What a command has of the world. */
export interface Terminal {
  /** Results. Resolves when the text has been taken. */
  print(text: string): Promise<void>;
  /** Lets signals through; to be called now and then by what takes long. */
  turn(): Promise<void>;
  /** A line of its own on stderr. */
  note(line: string): void;
  /** Loaded when it is wanted. */
  style(): Promise<Style>;
  /** Comes with SIGINT or SIGTERM. A command that looks at it calls `catchInterrupts` first. */
  readonly signal: AbortSignal;
  /** From now on a signal doesn't end the program by itself, but the second one does. */
  catchInterrupts(): void;
  /** Nobody reads the results any more. */
  readonly isClosed: boolean;
}

export class ProcessTerminal implements Terminal {
  isClosed = false;
  /** Why results could not be written. */
  failure: BlkfuzzError | null = null;
  private readonly interrupts: Interrupts;
  private turnedAt = performance.now();

  constructor(interrupts: Interrupts) {
    this.interrupts = interrupts;
    process.stdout.on('error', (error) => this.fail(error));
    // Whoever closed stderr wants no notes.
    process.stderr.on('error', () => {});
  }

  async print(text: string): Promise<void> {
    if (!this.isClosed && text !== '')
      await new Promise<void>((resolve) => {
        process.stdout.write(text, (error) => {
          if (error) this.fail(error);
          resolve();
        });
      });
    await this.turn();
  }

  async turn(): Promise<void> {
    if (performance.now() - this.turnedAt < TURN_MS) return;
    await setImmediate();
    this.turnedAt = performance.now();
  }

  note(line: string): void {
    process.stderr.write(`${printable(line)}\n`);
  }

  async style(): Promise<Style> {
    const { createStyle } = await import('../report/style.ts');
    return createStyle(wantsColour());
  }

  get signal(): AbortSignal {
    return this.interrupts.signal;
  }

  catchInterrupts(): void {
    this.interrupts.caught = true;
  }

  private fail(error: Error): void {
    this.isClosed = true;
    if (codeOf(error) !== 'EPIPE') this.failure ??= unwritable('standard output', error) as BlkfuzzError;
  }
}

/** SIGINT and SIGTERM: ask the command to end, or end the program where nobody is asked. */
export class Interrupts {
  caught = false;
  private readonly controller = new AbortController();

  constructor() {
    // Every piece of work that is being done listens.
    setMaxListeners(0, this.controller.signal);
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.receive());
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  private receive(): void {
    if (!this.caught || this.signal.aborted) process.exit(130);
    this.controller.abort();
  }
}

/** Colour goes to terminals, unless NO_COLOR says no or FORCE_COLOR says yes. */
function wantsColour(): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force } = process.env;
  if (no !== undefined && no !== '') return false;
  return force === undefined ? process.stdout.isTTY : force !== '0';
}
