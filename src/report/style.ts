/** Named styles for the terminal; with colour off every one of them returns its text as it is. */
import { Chalk } from 'chalk';

type Paint = (text: string) => string;

export interface Style {
  readonly violated: Paint;
  readonly holds: Paint;
  /** Beside the point: n/a, times, frames. */
  readonly dim: Paint;
  readonly strong: Paint;
  /** Worth a second look, but no violation: the power loss, a bound that was hit. */
  readonly notable: Paint;
}

const plain: Paint = (text) => text;
const PLAIN: Style = { violated: plain, holds: plain, dim: plain, strong: plain, notable: plain };

/** @param colour whether to use the sixteen colours that every terminal has. */
export function createStyle(colour: boolean): Style {
  if (!colour) return PLAIN;
  const chalk = new Chalk({ level: 1 });
  // One argument only: chalk would join an index that `map` hands over.
  return {
    violated: (text) => chalk.red(text),
    holds: (text) => chalk.green(text),
    dim: (text) => chalk.dim(text),
    strong: (text) => chalk.bold(text),
    notable: (text) => chalk.yellow(text),
  };
}
