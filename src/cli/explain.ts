/** `blkfuzz explain`: the failure told in words, with its picture and with advice. */
import { EXIT } from '../base/errors.ts';
import { ADVICE_OPTIONS, adviseCase } from '../fuzz/advice/advice.ts';
import { replayCase } from '../fuzz/replay.ts';
import { explainCase } from '../report/explain.ts';
import { loadIfGiven, readOneCase, replayOptions } from './cases.ts';
import type { ExplainOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function explain(path: string, options: ExplainOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadIfGiven(options.workload);
  const c = await readOneCase(path);
  const replay = replayCase(c, { ...replayOptions(c, loaded), trace: true });
  const statesMax = options.states ?? ADVICE_OPTIONS.statesMax;
  const given = options.noAdvice === true ? null : { advice: adviseCase(c, { statesMax }), statesMax };
  await terminal.print(explainCase(c, replay, await terminal.style(), given));
  return EXIT.held;
}
