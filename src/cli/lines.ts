/** Lines of a file or of stdin, one after the other, none longer than can be held. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { BlkfuzzError } from '../base/errors.ts';
import { showPath, unreadable } from '../corpus/system.ts';

const NEWLINE = 10;

/** A line, or why it can't be one: it is passed over to its end. */
export type Line =
  | { readonly number: number; readonly bytes: Uint8Array; readonly tooLong?: never }
  | { readonly number: number; readonly bytes?: never; readonly tooLong: true };

/**
 * The lines of the file at `path` (`-`: stdin), without their newlines, numbered from 1.
 * @throws BlkfuzzError unreadable.
 */
export async function* linesOf(path: string, byteCountMax: number): AsyncGenerator<Line> {
  const source: Readable = path === '-' ? process.stdin : createReadStream(path);
  const gatherer = new LineGatherer(path === '-' ? 'stdin' : showPath(path), byteCountMax);
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) yield* gatherer.take(chunk);
    yield* gatherer.end();
  } catch (error) {
    throw unreadable(path === '-' ? 'stdin' : path, error);
  } finally {
    source.destroy();
  }
}

class LineGatherer {
  private readonly label: string;
  private readonly byteCountMax: number;
  private number = 1;
  private parts: Uint8Array[] = [];
  private byteCount = 0;

  constructor(label: string, byteCountMax: number) {
    this.label = label;
    this.byteCountMax = byteCountMax;
  }

  *take(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.add(chunk.subarray(start, end));
      yield this.line();
      start = end + 1;
    }
    this.add(chunk.subarray(start));
  }

  *end(): Generator<Line> {
    if (this.byteCount > 0) yield this.line();
  }

  private add(part: Uint8Array): void {
    this.byteCount += part.length;
    if (this.byteCount > this.byteCountMax) {
      this.parts = [];
      // What is that long and binary need not ever end.
      if (part.includes(0))
        throw new BlkfuzzError('bad-input', `${this.label}: a binary file; expected a document a line`);
    } else this.parts.push(part);
  }

  private line(): Line {
    const { number, byteCount, parts } = this;
    this.number++;
    this.parts = [];
    this.byteCount = 0;
    if (byteCount > this.byteCountMax) return { number, tooLong: true };
    return { number, bytes: parts.length === 1 ? parts[0] : Buffer.concat(parts, byteCount) };
  }
}
