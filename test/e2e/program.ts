/** Runs the program as a user does: built, in a process and a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'bin/blkfuzz.js');

// Nothing when dist is fresh.
const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.js')], { encoding: 'utf8' });
if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Where stdout goes instead of into `out`. */
  readonly stdout?: number;
}

const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };

export function blkfuzz(words: readonly string[], given: Given = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    cwd: given.cwd ?? ROOT,
    input: given.input ?? '',
    stdio: ['pipe', given.stdout ?? 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env,
  });
  return { code: status, out: stdout ?? '', err: stderr };
}

/** Runs a line of a shell in which `blkfuzz` is the program; what it prints ends with the exit codes of the pipe. */
export function shell(line: string, cwd: string): string {
  const script = `set -o pipefail; blkfuzz() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${line}; echo "codes \${PIPESTATUS[*]}"`;
  return spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8', env }).stdout;
}

/** Starts the program and leaves it running. */
export function started(words: readonly string[], cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

/** The one line on stderr that says what is wrong; anything else is returned whole, for the failure to show. */
export function complaint({ err }: Ended): string {
  return /^blkfuzz: [^\n]+\n$/.test(err) && !/\n {4}at /.test(err)
    ? err.slice('blkfuzz: '.length, -1)
    : `NOT ONE LINE: ${err}`;
}
