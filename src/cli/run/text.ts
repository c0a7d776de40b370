/** The report of `run` for people. It holds nothing that differs between two runs of the same seed. */
import { GUARANTEES, type Guarantee, type VerdictName } from '../../contract/guarantees.ts';
import { replayCase } from '../../fuzz/replay.ts';
import { amountText } from '../../report/amount.ts';
import type { Style } from '../../report/style.ts';
import { isOutlived } from '../../stack/config.ts';
import { verdictLines, verdictTable } from '../../report/verdicts.ts';
import { stackText } from '../stack.ts';
import { printable } from '../values.ts';
import { counted, shellWord } from '../words.ts';
import type { Finding } from './findings.ts';
import type { RunPlan } from './plan.ts';
import { modeOption, type ModeReport, replayLine, type RunReport, totals } from './report.ts';

/** What is printed before anything runs: enough to repeat it. */
export function headingText(version: string, plan: RunPlan): string {
  const { stack, scope, ops, threads, kinds, guest: name } = plan.modes[0].settings;
  const named = kinds === undefined ? '' : ` (${kinds.join(', ')})`;
  const kind = name === undefined ? '' : `guest ${name}, `;
  const guest =
    plan.loaded === null ? `${kind}${ops} operations${named} on ${counted(threads, 'thread')}` : streamText(plan);
  return [
    `blkfuzz ${version}: seed ${printable(plan.seed)}, mode ${modeOption(plan)}, ${guest}`,
    stackText(stack, scope),
    ...plan.leftOut.map((reason) => `left out: ${reason}`),
    '',
  ].join('\n');
}

function streamText({ loaded, operationCount }: RunPlan): string {
  const { entryCount, trailingBytes, marks } = loaded!.stream;
  const trailing = trailingBytes === 0 ? '' : `, ${trailingBytes} bytes behind it not read`;
  const named = marks.length === 0 ? '' : `, ${counted(marks.length, 'mark')}`;
  return `a recorded stream of ${counted(entryCount, 'entry').replace('entrys', 'entries')}${named} (${operationCount} operations${trailing})`;
}

/** The whole report but its heading; the last line replays what was found. */
export async function reportText(report: RunReport, style: Style, quiet: boolean): Promise<string> {
  const { modes } = report;
  const findings = modes.flatMap((mode) => mode.findings);
  const explained = findings.length === 1 && !quiet ? await explanation(findings[0], style) : '';
  const replay = replayLine(report);
  return [
    '\n',
    report.interrupted ? `${style.notable('interrupted: what follows covers the runs made until then')}\n` : '',
    totalLine(report, style),
    verdictsText(modes, style),
    priceText(modes),
    explained,
    findings.length === 0 ? '' : '\n',
    ...findings.map((finding) => findingText(finding, style)),
    hintText(findings, quiet),
    surprisesText(report, style),
    replay === null ? '' : `\n${replay}\n`,
  ].join('');
}

/** What went wrong in words; of a whole recorded stream there would be too much to tell. */
async function explanation({ case: c }: Finding, style: Style): Promise<string> {
  if (c.stream !== undefined) return '';
  // Most runs have nothing to explain, and need not wait for what could.
  const { explainCase } = await import('../../report/explain.ts');
  return `\n${explainCase(c, replayCase(c, { trace: true }), style)}`;
}

function hintText(findings: readonly Finding[], quiet: boolean): string {
  const path = findings[0]?.path ?? null;
  return findings.length < 2 || quiet || path === null
    ? ''
    : `npx blkfuzz explain ${shellWord(path)} tells the first\n`;
}

function totalLine(report: RunReport, style: Style): string {
  const { plan, end } = report;
  const { runs } = totals(report);
  const which = plan.single ? `run ${plan.start} alone` : `--runs ${end}`;
  return `${style.strong(counted(runs, 'run'))} (${which}), ${judgedText(report)}\n\n`;
}

function judgedText(report: RunReport): string {
  const { crashPoints, imagesDecided, imagesPossible, isLowerBound } = totals(report);
  const { check, scope } = report.plan.modes[0].settings;
  if (isOutlived(scope))
    return `the end of each judged, after a crash in ${crashPoints} of them: sampled, one crash and one way to go on drawn for a run`;
  if (check === 'sample')
    return `visited ${crashPoints} of ${amountText(imagesPossible)} images at ${counted(crashPoints, 'crash point')}`;
  const images = `${isLowerBound ? 'more than ' : ''}${amountText(imagesDecided)} image${imagesDecided === 1n ? '' : 's'}`;
  const how = check === 'exact' ? 'decided' : 'decided, and built one by one,';
  return `${images} ${how} at ${counted(crashPoints, 'crash point')}, exhausted for each run${twiceText(report)}`;
}

/** First crashes and their images are sampled; what follows from each is not. */
function twiceText(report: RunReport): string {
  if (report.plan.modes[0].settings.secondCrash !== true) return '';
  const { recoveryCount, secondCrashPoints } = totals(report);
  return `; power lost again at each of ${counted(secondCrashPoints, 'step')} of ${recoveryCount} recoveries from sampled images, every image of these decided`;
}

function verdictsText(modes: readonly ModeReport[], style: Style): string {
  if (modes.length === 1) return verdictLines(wholeVerdicts(modes[0]), style);
  return verdictTable(
    modes.map((mode) => ({ label: mode.name, runs: mode.runs, verdicts: wholeVerdicts(mode) })),
    style,
  );
}

/** What a barrier costs, mode by mode, where that was counted. */
function priceText(modes: readonly ModeReport[]): string {
  const rows = modes.flatMap(({ name, price }) => (price === null ? [] : [{ name, price }]));
  if (rows.length === 0) return '';
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, price }) => {
    const each = (sum: number): string => perBarrier(sum, price.barriers).padStart(7);
    const { barriers, flushes, drains, guestDrains, stepsWaited } = price;
    return `${name.padEnd(width)} ${String(barriers).padStart(9)}${[flushes, drains, guestDrains, stepsWaited].map(each).join('')}`;
  });
  return `\n${' '.repeat(width)}  barriers  flush  drain  guest   wait   (each barrier: flush commands, drains below and in the guest, steps)\n${lines.join('\n')}\n`;
}

/** A share of a whole as text, to hundredths. */
function perBarrier(sum: number, barriers: number): string {
  return barriers === 0 ? '-' : (sum / barriers).toFixed(2);
}

/** Guarantees that weren't looked at stand as n/a. */
function wholeVerdicts({ verdicts }: ModeReport): Record<Guarantee, VerdictName> {
  return Object.fromEntries(GUARANTEES.map((name) => [name, verdicts[name] ?? 'n/a'])) as Record<
    Guarantee,
    VerdictName
  >;
}

function findingText({ mode, guarantee, run, count, path, environment }: Finding, style: Style): string {
  const others = count === 1 ? '' : `, ${count} runs violate it`;
  const where = path === null ? 'not saved' : `saved as ${printable(path)}`;
  const blame = environment ? '; the disk that ignores flushes is to blame' : '';
  return `${style.violated(`${mode}: ${guarantee} violated`)} by run ${run}${others}${blame}: ${where}\n`;
}

function surprisesText({ surprises }: RunReport, style: Style): string {
  if (surprises === null) return '';
  if (surprises.length === 0) return `\n${style.holds('everything came out as expected')}\n`;
  const lines = surprises.map(({ mode, guarantee, expected, found }) =>
    style.violated(`${mode}: ${guarantee}: expected ${expected}, found ${found}`),
  );
  return `\n${lines.join('\n')}\n`;
}
