/** `blkfuzz shrink`: a smaller case that violates the same guarantee, beside the case it was made of. */
import { assert } from '../base/assert.ts';
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import { operationCount } from '../campaign/finding.ts';
import { openPool } from '../campaign/pool.ts';
import { CASE_SUFFIX, type Case } from '../case/case.ts';
import { encodeCase } from '../case/encode.ts';
import { GUARANTEES, type Guarantee } from '../contract/guarantees.ts';
import { showPath } from '../corpus/system.ts';
import { writeFileAtomically } from '../corpus/write.ts';
import { type Replay, replayCase } from '../fuzz/replay.ts';
import { workloadOfStream } from '../guest/stream/replay.ts';
import { isOutlived } from '../stack/config.ts';
import { loadIfGiven, readOneCase } from './cases.ts';
import type { ShrinkOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './values.ts';
import { counted, shellWord } from './words.ts';
import { type LoadedStream, programForCase } from './workload.ts';

export async function shrink(path: string, options: ShrinkOptions, terminal: Terminal): Promise<number> {
  const target = targetOf(path, options);
  const loaded = await loadIfGiven(options.workload);
  const c = embedded(await readOneCase(path), loaded);
  const replay = replayCase(c);
  const guarantee = guaranteeOf(path, replay, options.guarantee);
  const small = await shrunk(
    { ...c, ...(c.crash && !isOutlived(c.scope) && { crash: { ...c.crash, image: replay.image } }) },
    guarantee,
    terminal,
  );
  if (small === null) return EXIT.interrupted;
  const { verdicts } = replayCase(small);
  assert(verdicts[guarantee] === 'violated', `the smaller case violates ${guarantee}`);
  const text = encodeCase({ ...small, name: c.name, expect: verdicts });
  if (target === '-') {
    await terminal.print(text);
    return EXIT.held;
  }
  writeFileAtomically(target, text);
  const sizes = `${operationsText(c)}, now ${operationsText(small)}`;
  await terminal.print(`${guarantee}: ${sizes}: ${printable(target)}\nnpx blkfuzz replay ${shellWord(target)}\n`);
  return EXIT.held;
}

/** Where the smaller case goes. */
function targetOf(path: string, { output, inPlace }: ShrinkOptions): string {
  if (output !== undefined && inPlace === true)
    throw new BlkfuzzError('usage', '--output and --in-place contradict each other; give one of them');
  if (output !== undefined) return output;
  if (path === '-')
    throw new BlkfuzzError('usage', 'a case from stdin has no place of its own', 'give --output, - for stdout');
  if (inPlace === true) return path;
  const stem = path.endsWith(CASE_SUFFIX) ? path.slice(0, -CASE_SUFFIX.length) : path;
  return `${stem}.shrunk${CASE_SUFFIX}`;
}

/** The case with the operations of its recorded stream in it. */
function embedded(c: Case, loaded: LoadedStream | undefined): Case {
  if (c.stream === undefined) return c;
  programForCase(c, loaded);
  const { stream: _, ...rest } = c;
  return { ...rest, guests: [workloadOfStream(loaded!.stream)] };
}

function guaranteeOf(path: string, { verdicts }: Replay, asked: Guarantee | undefined): Guarantee {
  const label = path === '-' ? 'stdin' : showPath(path);
  if (asked !== undefined && verdicts[asked] !== 'violated')
    throw new BlkfuzzError(
      'usage',
      `--guarantee: ${label} doesn't violate ${asked}: it comes out as ${verdicts[asked]}`,
    );
  const guarantee = asked ?? GUARANTEES.find((name) => verdicts[name] === 'violated');
  if (guarantee !== undefined) return guarantee;
  throw new BlkfuzzError('bad-input', `${label}: expected a case that violates something, every guarantee holds`);
}

/** Shrinks in a thread of its own, so that an interrupt is heard; null then. */
async function shrunk(c: Case, guarantee: Guarantee, terminal: Terminal): Promise<Case | null> {
  terminal.catchInterrupts();
  const pool = await openPool({ modes: [], stream: null }, 1);
  try {
    return await pool.shrink({ case: c, guarantee }, terminal.signal);
  } catch (error) {
    if (terminal.signal.aborted) return null;
    throw error;
  } finally {
    await pool.close();
  }
}

function operationsText(c: Case): string {
  return `${counted(operationCount(c), 'operation')} and ${counted(c.schedule.length, 'action')}`;
}
