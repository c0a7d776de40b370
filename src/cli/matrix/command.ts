/** `blkfuzz matrix`: which guarantee holds in which mode, on which disk, behind which backend. */
import { availableParallelism } from 'node:os';
import { EXIT } from '../../base/errors.ts';
import { type Matrix, computeMatrix } from '../../campaign/matrix/matrix.ts';
import { openPool } from '../../campaign/pool.ts';
import { writeFileAtomically } from '../../corpus/write.ts';
import { matrixDocument } from '../../report/matrix/document.ts';
import { matrixHtml } from '../../report/matrix/html.ts';
import { matrixMarkdown } from '../../report/matrix/markdown.ts';
import { matrixText } from '../../report/matrix/text.ts';
import { weakestDocument, weakestText } from '../../report/matrix/weakest.ts';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';
import type { MatrixOptions } from './options.ts';
import { type MatrixPlan, planMatrix } from './plan.ts';

/** A table is an answer, not a verdict: the exit code is 0 whatever stands in it. */
export async function matrix(options: MatrixOptions, terminal: Terminal): Promise<number> {
  const plan = await planMatrix(options);
  terminal.catchInterrupts();
  const computed = await compute(plan, options, terminal);
  if (computed === null) return EXIT.interrupted;
  const version = packageVersion();
  if (options.html !== undefined) writeFileAtomically(options.html, matrixHtml(computed, version));
  await terminal.print(await printed(computed, plan, version, options, terminal));
  return EXIT.held;
}

async function compute(plan: MatrixPlan, options: MatrixOptions, terminal: Terminal): Promise<Matrix | null> {
  const progress = new Progress(options.quiet === true);
  const jobs = options.jobs ?? availableParallelism();
  const pool = jobs > 1 ? await openPool({ modes: [], stream: null }, jobs) : null;
  try {
    return await computeMatrix(plan.axes, plan.base, plan.trial, {
      elsewhere: pool === null ? null : (task) => pool.cell(task, terminal.signal),
      signal: terminal.signal,
      progress: (done, total) => progress.show(() => `${done} of ${total} cells`),
      turn: () => terminal.turn(),
    });
  } catch (error) {
    if (terminal.signal.aborted) return null;
    throw error;
  } finally {
    progress.clear();
    await pool?.close();
  }
}

async function printed(
  computed: Matrix,
  { single }: MatrixPlan,
  version: string,
  options: MatrixOptions,
  terminal: Terminal,
): Promise<string> {
  if (options.json === true) {
    const document = { ...matrixDocument(computed, version), ...(single ? weakestDocument(computed) : {}) };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
  if (options.markdown === true) return matrixMarkdown(computed);
  const style = await terminal.style();
  return matrixText(computed, style) + (single ? `\n${weakestText(computed, style)}` : '');
}
