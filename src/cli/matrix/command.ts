/** `blkfuzz matrix`: which guarantee holds in which mode, on which disk, behind which backend. */
import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { type Matrix, computeMatrix } from '../../campaign/matrix/matrix.ts';
import { openPool } from '../../campaign/pool.ts';
import { unwritable } from '../../corpus/system.ts';
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
  if (options.html !== undefined) checkFolder(options.html);
  terminal.catchInterrupts();
  const computed = await compute(plan, options, terminal);
  const version = packageVersion();
  if (computed.interrupted) terminal.note('interrupted: what follows covers the cells computed until then');
  await terminal.print(await printed(computed, plan, version, options, terminal));
  if (options.html !== undefined) writeFileAtomically(options.html, matrixHtml(computed, version, plan.single));
  return computed.interrupted ? EXIT.interrupted : EXIT.held;
}

/** Before anything is computed. @throws BlkfuzzError unwritable. */
function checkFolder(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function compute(plan: MatrixPlan, options: MatrixOptions, terminal: Terminal): Promise<Matrix> {
  const progress = new Progress(options.quiet === true);
  // Threads even for one job, so that a signal is heard in the middle of a cell.
  const pool = await openPool({ modes: [], stream: null }, options.jobs ?? availableParallelism());
  try {
    return await computeMatrix(plan.axes, plan.base, plan.trial, {
      elsewhere: (task) => pool.cell(task, terminal.signal),
      signal: terminal.signal,
      progress: (done, total) => progress.show(() => `${done} of ${total} cells`),
    });
  } finally {
    progress.clear();
    await pool.close();
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
  if (options.markdown === true) return matrixMarkdown(computed, single);
  const style = await terminal.style();
  return matrixText(computed, style) + (single ? `\n${weakestText(computed, style)}` : '');
}
