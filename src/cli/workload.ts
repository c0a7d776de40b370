/** Recorded streams from the outside: plain or gzip, a file or stdin, read piece by piece. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BlkfuzzError } from '../base/errors.ts';
import type { Case } from '../case/case.ts';
import { showPath, unreadable } from '../corpus/system.ts';
import type { Program } from '../guest/program.ts';
import { LogWritesParser } from '../guest/stream/logwrites.ts';
import type { RecordedStream } from '../guest/stream/recorded.ts';
import { programOfStream } from '../guest/stream/replay.ts';

export interface LoadedStream {
  readonly stream: RecordedStream;
  /** Of the log as it is without compression. */
  readonly sha256: string;
}

/**
 * Reads the log at `path`; `-` is stdin.
 * @throws BlkfuzzError unreadable, or bad-input naming the file and what is wrong with it.
 */
export async function loadStream(path: string): Promise<LoadedStream> {
  const label = path === '-' ? 'stdin' : showPath(path);
  const source: Readable = path === '-' ? process.stdin : createReadStream(path);
  const parser = new LogWritesParser();
  const hash = createHash('sha256');
  try {
    for await (const chunk of uncompressed(source)) {
      parser.push(chunk);
      hash.update(chunk);
    }
    return { stream: parser.end(), sha256: hash.digest('hex') };
  } catch (error) {
    throw explained(label, error);
  } finally {
    source.destroy();
  }
}

/** Two bytes that every gzip file begins with. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

async function* uncompressed(source: Readable): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let head: Uint8Array = new Uint8Array(0);
  let ended = false;
  while (head.length < GZIP_MAGIC.length && !ended) {
    const next = await chunks.next();
    if (next.done === true) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  const all = chained(head, chunks);
  if (head[0] !== GZIP_MAGIC[0] || head[1] !== GZIP_MAGIC[1]) yield* all;
  else yield* gunzipped(all);
}

async function* chained(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Readable: Source } = await import('node:stream');
  const source = Source.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function explained(label: string, error: unknown): unknown {
  if (error instanceof BlkfuzzError) return new BlkfuzzError(error.code, `${label}: ${error.message}`, error.remedy);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && code.startsWith('Z_'))
    return new BlkfuzzError('bad-input', `${label}: broken gzip: ${error.message}`);
  return unreadable(label, error);
}

/**
 * The program of a case that refers to a recorded stream; undefined for any other.
 * @throws BlkfuzzError bad-input when the log is missing or another one.
 */
export function programForCase(c: Case, loaded: LoadedStream | undefined): Program | undefined {
  if (c.stream === undefined) return undefined;
  if (loaded === undefined)
    throw new BlkfuzzError('bad-input', 'the case refers to a recorded stream', 'give the log with --workload');
  if (loaded.sha256 !== c.stream.sha256)
    throw new BlkfuzzError(
      'bad-input',
      `the log of --workload is another one: expected SHA-256 ${c.stream.sha256}, found ${loaded.sha256}`,
    );
  return programOfStream(loaded.stream, c.stack.disk.sectors);
}
