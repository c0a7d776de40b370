/** What `explore` came to, as one value that the text and the JSON document are made of. */
import { encodeHistory } from '../../contract/encode.ts';
import {
  GUARANTEES,
  type Guarantee,
  isTold,
  toldVerdicts,
  VERDICT_NAMES,
  type VerdictName,
} from '../../contract/guarantees.ts';
import { type ExploreTotal, joinTotals, totalVerdict } from '../../fuzz/explore/total.ts';
import type { Scope, StackConfig } from '../../stack/config.ts';
import { shellWord } from '../words.ts';
import type { ExploreFinding } from './findings.ts';
import type { EveryPlan, ExplorePlan } from './plan.ts';
import type { Subject } from './subjects.ts';

export interface ExploreReport {
  readonly version: string;
  readonly plan: ExplorePlan;
  readonly subjects: readonly Subject[];
  readonly findings: readonly ExploreFinding[];
  readonly interrupted: boolean;
}

/** The one line that replays all that was found; null when nothing was. */
export function replayLine({ findings }: ExploreReport): string | null {
  const paths = new Set(findings.flatMap(({ path }) => (path === null ? [] : [shellWord(path)])));
  return paths.size === 0 ? null : `npx blkfuzz replay ${[...paths].join(' ')}`;
}

/** Of the guarantees that count. */
function namedVerdicts({ worst }: ExploreTotal, counted: readonly boolean[]): Partial<Record<Guarantee, VerdictName>> {
  const rows = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[worst[row]]] as const);
  return toldVerdicts(Object.fromEntries(rows.filter((_, row) => counted[row])));
}

/** The document of `explore --json`. */
export function exploreDocument(report: ExploreReport): Record<string, unknown> {
  const { version, plan, subjects, findings, interrupted } = report;
  const { every, explore, counted } = plan;
  const left = GUARANTEES.filter((name, row) => !counted[row] && (every === null || isTold(name, undefined)));
  const documents = subjects.map((subject) => subjectDocument(subject, report));
  return {
    format: 'blkfuzz.explore/1',
    version,
    ...totalDocument(joinTotals(subjects.map(({ total }) => total)), report),
    bounds: {
      states: explore.statesMax,
      steps: explore.stepsMax,
      ...(every === null ? {} : { statesTotal: Number.isFinite(every.statesTotal) ? every.statesTotal : null }),
    },
    options: {
      ...(every === null ? {} : everyDocument(every)),
      ...(left.length === 0 ? {} : { ignore: left }),
      keepGoing: explore.keepGoing,
      reduce: explore.reduced,
      ...(explore.secondCrash === true ? { secondCrash: true } : {}),
    },
    violations: findings.map((finding) => violationDocument(finding, report)),
    ...(every === null
      ? { cases: documents.map((document, i) => ({ file: subjects[i].label, ...document })) }
      : { modes: Object.fromEntries(subjects.map(({ label }, i) => [label, documents[i]])) }),
    ...(every === null || every.leftOut.length === 0 ? {} : { leftOut: every.leftOut }),
    ...(interrupted ? { interrupted } : {}),
    replay: replayLine(report),
  };
}

function subjectDocument(subject: Subject, report: ExploreReport): Record<string, unknown> {
  const own = report.findings.filter((finding) => finding.subject === subject);
  return {
    ...totalDocument(subject.total, report),
    violations: own.map((finding) => violationDocument(finding, report)),
  };
}

function totalDocument(total: ExploreTotal, { plan }: ExploreReport): Record<string, unknown> {
  return {
    verdict: totalVerdict(total),
    bound: total.bound,
    ...(plan.every === null ? {} : { workloads: total.workloads, workloadsBounded: total.boundedCount }),
    schedules: total.schedules,
    schedulesCovered: String(total.schedulesCovered),
    states: total.states,
    transitions: total.transitions,
    crashPoints: total.crashPoints,
    images: String(total.images),
    ...(plan.explore.secondCrash === true
      ? { recoveries: total.recoveries, secondCrashPoints: total.secondCrashPoints }
      : {}),
    perGuarantee: namedVerdicts(total, plan.counted),
  };
}

/** The stack as one would ask for it, and what runs on it. */
function everyDocument({ ops, threads, stacks, scope }: EveryPlan): Record<string, unknown> {
  const { mode: _, ...stack }: StackConfig = stacks[0];
  const crash: Scope = scope;
  return { ops, threads, mode: stacks.map(({ mode }) => mode).join(), ...stack, crash };
}

function violationDocument(finding: ExploreFinding, { plan }: ExploreReport): Record<string, unknown> {
  const { subject, guarantee, workload, workloadsViolating, path, environment, replay } = finding;
  const { image, crash } = encodeHistory(replay.history);
  const violation = replay.violations.find((one) => one.guarantee === guarantee);
  return {
    ...(plan.every === null ? { file: subject.label } : { mode: subject.label, workload, workloadsViolating }),
    guarantee,
    case: path,
    witness: { guarantee, ...violation, crash, image },
    ...(environment ? { environment } : {}),
  };
}
