/** The matrix cut into tables: one for each scope and backend, and the line that says within which bounds it is true. */
import type { Cell, Matrix } from '../../campaign/matrix/matrix.ts';
import { backendWords } from '../backend.ts';

export interface Block {
  readonly title: string;
  readonly cells: readonly Cell[];
}

export function blocksOf({ axes, cells }: Matrix): Block[] {
  return axes.scopes
    .flatMap((scope) =>
      axes.backends.map((backend) => cells.filter((cell) => cell.backend === backend && cell.scope === scope)),
    )
    .filter((own) => own.length > 0)
    .map((own) => ({ title: `${backendWords(own[0].stack)}, crash ${own[0].scope}`, cells: own }));
}

/** What every cell was held against. */
export function boundsText({ trial, cells }: Matrix): string {
  const { workloads, bounds, random } = trial;
  const ops = Math.max(0, ...workloads.map(({ workload }) => operationCount(workload.threads)));
  const states = cells.reduce((sum, { report }) => sum + report.explored.states, 0);
  const images = cells.reduce((sum, { report }) => sum + BigInt(report.explored.images), 0n);
  const bounded = cells.filter(({ report }) => report.explored.boundedOut.length > 0).length;
  const explored =
    workloads.length === 0
      ? []
      : [
          `${counted(workloads.length, 'workload')} of up to ${counted(ops, 'operation')} explored (at most ${bounds.statesMax} states each; ${bounded} of ${cells.length} cells hit that)`,
        ];
  const whose =
    random.program === undefined
      ? `random runs of ${random.ops} operations (seed ${random.seed})`
      : 'runs of the recorded stream';
  const sampled = random.runs === 0 ? [] : [`${random.runs} ${whose}, decided at every step`];
  const total = workloads.length === 0 ? '' : ` In all ${states} states and ${images} images.`;
  return `Each cell: ${[...explored, ...sampled].join('; ')}.${total}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function operationCount(threads: readonly (readonly { readonly op: string }[])[]): number {
  return threads.flat().filter(({ op }) => op !== 'wait').length;
}
