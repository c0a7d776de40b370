/** `blkfuzz judge`: the door for histories that any program wrote. */
import { isUtf8 } from 'node:buffer';
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import { History } from '../base/history.ts';
import { decodeHistoryText } from '../contract/decode.ts';
import { HISTORY_FORMAT } from '../contract/document.ts';
import { Oracle } from '../contract/oracle.ts';
import { type Violation, violationsOf } from '../contract/verdict.ts';
import { showPath } from '../corpus/system.ts';
import { linesOf } from './lines.ts';
import type { JsonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './values.ts';

/** Bytes of a document. */
const LINE_BYTES_MAX = 134_217_728;
/** Bad lines of a file that are named; of the rest there is a count. */
const BAD_LINES_MAX = 100;

export async function judge(paths: readonly string[], options: JsonOptions, terminal: Terminal): Promise<number> {
  if (paths.filter((path) => path === '-').length > 1) throw new BlkfuzzError('usage', 'stdin (-) can be read once');
  const judge = new Judge(options.json === true, terminal);
  for (const path of paths) await judge.file(path);
  if (judge.bad) return EXIT.usage;
  return judge.violated ? EXIT.violated : EXIT.held;
}

class Judge {
  bad = false;
  violated = false;
  private readonly json: boolean;
  private readonly terminal: Terminal;
  private readonly history = new History();
  private readonly oracle = new Oracle();

  constructor(json: boolean, terminal: Terminal) {
    this.json = json;
    this.terminal = terminal;
  }

  /** Judges the documents of a file; one that can't be read is named, and the next file has its turn. */
  async file(path: string): Promise<void> {
    const label = path === '-' ? 'stdin' : showPath(path);
    const complaints = new Complaints(label, this.terminal);
    try {
      for await (const { number, bytes } of linesOf(path, LINE_BYTES_MAX)) {
        if (bytes !== undefined && isBlank(bytes)) continue;
        const place = `${label}:${number}`;
        const refusal = await this.document(place, bytes);
        if (refusal === null) complaints.documentJudged();
        else complaints.lineRefused(`${place}: ${refusal.message}`, bytes !== undefined && !isText(bytes));
      }
      complaints.end();
    } catch (error) {
      if (!(error instanceof BlkfuzzError)) throw error;
      complaints.add(error.message);
    }
    this.bad ||= complaints.any;
  }

  /** Judges one document; what is wrong with it, or null. */
  private async document(place: string, bytes: Uint8Array | undefined): Promise<BlkfuzzError | null> {
    try {
      const { name, ids } = decodeHistoryText(textOf(bytes), this.history);
      const violations = violationsOf(this.oracle.judge(this.history), ids);
      if (violations.length > 0) this.violated = true;
      await this.terminal.print(this.json ? jsonLine(name, violations) : textLine(name ?? place, violations));
      return null;
    } catch (error) {
      if (error instanceof BlkfuzzError) return error;
      throw error;
    }
  }
}

/** What is wrong with a file, line by line; of a binary file one line says it all. */
class Complaints {
  any = false;
  private readonly label: string;
  private readonly terminal: Terminal;
  private judgedCount = 0;
  private refusedCount = 0;
  /** Complaints about lines that are no text, kept back until there is a document among them. */
  private held: string[] = [];

  constructor(label: string, terminal: Terminal) {
    this.label = label;
    this.terminal = terminal;
  }

  add(complaint: string): void {
    this.any = true;
    this.terminal.note(`blkfuzz: ${complaint}`);
  }

  documentJudged(): void {
    this.judgedCount++;
    for (const complaint of this.held) this.add(complaint);
    this.held = [];
  }

  lineRefused(complaint: string, binary: boolean): void {
    this.any = true;
    if (++this.refusedCount > BAD_LINES_MAX) return;
    if (binary && this.judgedCount === 0) this.held.push(complaint);
    else this.add(complaint);
  }

  end(): void {
    if (this.judgedCount + this.refusedCount === 0)
      this.add(`${this.label}: empty: expected ${HISTORY_FORMAT} documents, one a line`);
    if (this.held.length > 0)
      this.add(`${this.label}: a binary file; expected ${HISTORY_FORMAT} documents, one a line`);
    else if (this.refusedCount > BAD_LINES_MAX)
      this.add(`${this.label}: ${this.refusedCount - BAD_LINES_MAX} more bad lines`);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined)
    throw new BlkfuzzError('bad-input', `too long: expected a document of at most ${LINE_BYTES_MAX} bytes`);
  if (!isText(bytes)) throw new BlkfuzzError('bad-input', `not UTF-8 text: expected a ${HISTORY_FORMAT} document`);
  return decoder.decode(bytes);
}

function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

function jsonLine(name: string | undefined, violations: readonly Violation[]): string {
  return `${JSON.stringify({ format: 'blkfuzz.judge/1', name: name ?? null, violations })}\n`;
}

function textLine(name: string, violations: readonly Violation[]): string {
  if (violations.length === 0) return `${printable(name)}: every guarantee holds\n`;
  return `${printable(name)}: violated: ${violations.map(violationText).join(', ')}\n`;
}

/** `fsync-durability (by 1, lost 0, sector 9)`. */
function violationText({ guarantee, ...witness }: Violation): string {
  const cells = Object.entries(witness).map(([key, value]) => `${key} ${value}`);
  return cells.length === 0 ? guarantee : `${guarantee} (${cells.join(', ')})`;
}
