/** `blkfuzz explain`: the failure told in words, with its picture. */
import { EXIT } from '../base/errors.ts';
import { replayCase } from '../fuzz/replay.ts';
import { explainCase } from '../report/explain.ts';
import { loadIfGiven, readOneCase, replayOptions } from './cases.ts';
import type { ReplayOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function explain(path: string, options: ReplayOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadIfGiven(options.workload);
  const c = await readOneCase(path);
  await terminal.print(
    explainCase(c, replayCase(c, { ...replayOptions(c, loaded), trace: true }), await terminal.style()),
  );
  return EXIT.held;
}
