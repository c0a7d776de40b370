/** The matrix as a `blkfuzz.matrix/1` document. */
import { toldVerdicts } from '../../contract/guarantees.ts';
import type { Matrix } from '../../campaign/matrix/matrix.ts';

export function matrixDocument({ axes, trial, cells, interrupted }: Matrix, version: string): Record<string, unknown> {
  const { program, ...random } = trial.random;
  return {
    format: 'blkfuzz.matrix/1',
    version,
    modes: axes.modes,
    disks: Object.fromEntries(axes.disks.map(({ name, settings }) => [name, settings])),
    backends: axes.backends,
    scopes: axes.scopes,
    bounds: { states: trial.bounds.statesMax, steps: trial.bounds.stepsMax },
    workloads: trial.workloads.map(({ name, workload }) => ({ name, threads: workload.threads })),
    random: { ...random, ...(program === undefined ? {} : { operations: program.opCount }) },
    ...(interrupted ? { interrupted } : {}),
    cells: cells.map(({ mode, disk, backend, scope, stack, report }) => ({
      mode,
      disk,
      backend,
      ...(stack.backendOptions === undefined ? {} : { backendOptions: stack.backendOptions }),
      scope,
      ...report,
      verdicts: toldVerdicts(report.verdicts),
    })),
  };
}
