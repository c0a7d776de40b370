/** What `run` found, as one value that the text and the JSON document are made of. */
import type { BlkfuzzError } from '../../base/errors.ts';
import type { CampaignResult } from '../../campaign/campaign.ts';
import type { Tally } from '../../campaign/tally.ts';
import { encodeHistory } from '../../contract/encode.ts';
import {
  GUARANTEES,
  type Guarantee,
  isTold,
  toldVerdicts,
  VERDICT_NAMES,
  type VerdictName,
} from '../../contract/guarantees.ts';
import { hasPrice } from '../../fuzz/settings.ts';
import { isOutlived, MODES } from '../../stack/config.ts';
import type { RunPrice } from '../../stack/price.ts';
import { shellWord } from '../words.ts';
import type { Surprise } from './expected.ts';
import type { Finding } from './findings.ts';
import type { RunPlan } from './plan.ts';

export interface ModeReport {
  readonly name: string;
  readonly runs: number;
  readonly crashPoints: number;
  readonly imagesDecided: bigint;
  readonly imagesPossible: bigint;
  readonly isLowerBound: boolean;
  /** Null: it was not counted. */
  readonly price: RunPrice | null;
  /** Recoveries cut short, and crash points in them. */
  readonly recoveryCount: number;
  readonly secondCrashPoints: number;
  /** Of the guarantees that are looked at. */
  readonly verdicts: Readonly<Partial<Record<Guarantee, VerdictName>>>;
  readonly findings: readonly Finding[];
}

export interface RunReport {
  readonly version: string;
  readonly plan: RunPlan;
  /** One past the last run of a mode that didn't stop before. */
  readonly end: number;
  readonly modes: readonly ModeReport[];
  readonly interrupted: boolean;
  /** Null without `--expect`. */
  readonly surprises: readonly Surprise[] | null;
  /** Why cases could not be saved, or runs not be decided; null: they are. */
  readonly failure: BlkfuzzError | null;
}

export function modeReports(plan: RunPlan, { tallies }: CampaignResult, findings: readonly Finding[]): ModeReport[] {
  return plan.modes.map(({ name, settings }, i) => ({
    name,
    runs: tallies[i].end - tallies[i].start,
    crashPoints: tallies[i].crashPoints,
    imagesDecided: tallies[i].imagesDecided,
    imagesPossible: tallies[i].imagesPossible,
    isLowerBound: tallies[i].isLowerBound,
    price: hasPrice(settings) ? tallies[i].price : null,
    recoveryCount: tallies[i].recoveryCount,
    secondCrashPoints: tallies[i].secondCrashPoints,
    verdicts: namedVerdicts(plan, tallies[i]),
    findings: findings.filter(({ mode }) => mode === name),
  }));
}

function namedVerdicts(plan: RunPlan, tally: Tally): Partial<Record<Guarantee, VerdictName>> {
  const rows = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[tally.worst[row]]] as const);
  return toldVerdicts(Object.fromEntries(rows.filter((_, row) => plan.counted[row])));
}

/** The one line that replays all that was found; null when nothing was. */
export function replayLine({ plan, modes }: RunReport): string | null {
  const findings = modes.flatMap((mode) => mode.findings);
  const saved = findings.map(({ path }) => path).filter((path) => path !== null);
  if (saved.length === 0) return null;
  const paths = [...new Set(saved)].map(shellWord);
  const log = findings.some((finding) => finding.case.stream !== undefined) ? plan.workloadPath : null;
  return `npx blkfuzz replay ${paths.join(' ')}${log === null ? '' : ` --workload ${shellWord(log)}`}`;
}

/** Everything that decides the results, besides the seed. */
function decidingOptions({ plan, end }: RunReport): Record<string, unknown> {
  const { mode: _, disk, ...stack } = plan.modes[0].settings.stack;
  const { scope, check, ops, threads, kinds, guest = 'mix', secondCrash } = plan.modes[0].settings;
  const left = GUARANTEES.filter((name, row) => !plan.counted[row] && (guest !== 'mix' || isTold(name, undefined)));
  return {
    mode: modeOption(plan),
    ...(plan.single ? { run: plan.start } : { runs: end }),
    ...(plan.loaded === null
      ? { ops, threads, ...(kinds === undefined ? {} : { kinds }) }
      : { workload: workloadOption(plan) }),
    sectors: disk.sectors,
    guests: stack.guests ?? 1,
    ...(guest === 'mix' ? {} : { guest }),
    ...(secondCrash === true ? { secondCrash } : {}),
    ...stack,
    disk,
    crash: scope,
    check,
    ...(left.length === 0 ? {} : { ignore: left }),
    keepGoing: plan.keepGoing,
    shrink: plan.shrink,
  };
}

/** The modes as one would give them. */
export function modeOption({ modes, leftOut }: RunPlan): string {
  const names = modes.map(({ name }) => name);
  const all = names.length + leftOut.length === MODES.length && names.every((name) => name !== 'negotiated');
  return all ? 'all' : names.join(',');
}

function workloadOption({ loaded }: RunPlan): Record<string, unknown> {
  return { sha256: loaded!.sha256, entries: loaded!.stream.entryCount };
}

/** Of all modes together. */
export function totals({ modes }: RunReport): Omit<ModeReport, 'name' | 'verdicts' | 'findings' | 'price'> {
  return {
    runs: modes.reduce((sum, mode) => sum + mode.runs, 0),
    crashPoints: modes.reduce((sum, mode) => sum + mode.crashPoints, 0),
    imagesDecided: modes.reduce((sum, mode) => sum + mode.imagesDecided, 0n),
    imagesPossible: modes.reduce((sum, mode) => sum + mode.imagesPossible, 0n),
    isLowerBound: modes.some((mode) => mode.isLowerBound),
    recoveryCount: modes.reduce((sum, mode) => sum + mode.recoveryCount, 0),
    secondCrashPoints: modes.reduce((sum, mode) => sum + mode.secondCrashPoints, 0),
  };
}

/** The document of `run --json`. */
export function runDocument(report: RunReport): Record<string, unknown> {
  const { version, plan, modes, interrupted } = report;
  const { runs, crashPoints, imagesDecided, imagesPossible, isLowerBound, ...twice } = totals(report);
  return {
    format: 'blkfuzz.run/1',
    version,
    seed: plan.seed,
    options: decidingOptions(report),
    runs,
    crashPoints,
    imagesDecided: String(imagesDecided),
    imagesPossible: String(imagesPossible),
    ...(isLowerBound ? { imagesAreLowerBound: true } : {}),
    ...(plan.modes[0].settings.secondCrash === true ? twice : {}),
    ...(isOutlived(plan.modes[0].settings.scope) ? { continuations: 'sampled' } : {}),
    perGuarantee: worstVerdicts(modes),
    violations: modes.flatMap((mode) => mode.findings.map(violationDocument)),
    modes: Object.fromEntries(modes.map((mode) => [mode.name, modeDocument(mode)])),
    ...(plan.leftOut.length === 0 ? {} : { leftOut: plan.leftOut }),
    ...(report.surprises === null ? {} : { unexpected: report.surprises }),
    ...(interrupted ? { interrupted } : {}),
    replay: replayLine(report),
  };
}

function modeDocument({ runs, crashPoints, verdicts, findings, ...mode }: ModeReport): Record<string, unknown> {
  return {
    runs,
    crashPoints,
    imagesDecided: String(mode.imagesDecided),
    imagesPossible: String(mode.imagesPossible),
    ...(mode.price === null ? {} : { price: mode.price }),
    perGuarantee: verdicts,
    violations: findings.map(violationDocument),
  };
}

function worstVerdicts(modes: readonly ModeReport[]): Partial<Record<Guarantee, VerdictName>> {
  const worst: Partial<Record<Guarantee, VerdictName>> = {};
  for (const { verdicts } of modes)
    for (const guarantee of GUARANTEES) {
      const [found, before] = [verdicts[guarantee], worst[guarantee] ?? 'n/a'];
      if (found === undefined) continue;
      worst[guarantee] = VERDICT_NAMES.indexOf(found) > VERDICT_NAMES.indexOf(before) ? found : before;
    }
  return worst;
}

function violationDocument({ mode, guarantee, run, count, path, environment, ...finding }: Finding): object {
  const { history } = finding.replay;
  const { image, crash } = encodeHistory(history);
  const violation = finding.replay.violations.find((one) => one.guarantee === guarantee);
  return {
    mode,
    guarantee,
    run,
    runsViolating: count,
    case: path,
    witness: { guarantee, ...violation, crash, image },
    ...(environment ? { environment } : {}),
  };
}
