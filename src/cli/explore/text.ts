/** The report of `explore` for people. It holds nothing that differs between two runs of the same command. */
import { GUARANTEES, type Guarantee, VERDICT_NAMES, type VerdictName } from '../../contract/guarantees.ts';
import { KEY_OPS_MAX } from '../../fuzz/explore/history.ts';
import { type ExploreTotal, joinTotals, totalVerdict } from '../../fuzz/explore/total.ts';
import { replayCase } from '../../fuzz/replay.ts';
import { explainCase } from '../../report/explain.ts';
import type { Style } from '../../report/style.ts';
import { verdictLines, verdictTable } from '../../report/verdicts.ts';
import { stackText } from '../stack.ts';
import { printable } from '../values.ts';
import { counted, shellWord } from '../words.ts';
import type { ExploreFinding } from './findings.ts';
import type { ExplorePlan } from './plan.ts';
import { type ExploreReport, replayLine } from './report.ts';
import type { NamedCase, Subject } from './subjects.ts';

/** What is printed before anything is explored: what it will be, and within which bounds. */
export function headingText(version: string, plan: ExplorePlan, cases: readonly NamedCase[]): string {
  return [...subjectLines(version, plan, cases), boundsText(plan), ''].join('\n');
}

function subjectLines(version: string, { every }: ExplorePlan, cases: readonly NamedCase[]): string[] {
  const program = `blkfuzz ${version}: every schedule of`;
  if (every !== null) {
    const { ops, threads, stacks, scope, leftOut } = every;
    return [
      `${program} every workload of ${counted(ops, 'operation')} on up to ${counted(threads, 'thread')}, mode ${stacks.map(({ mode }) => mode).join(',')}`,
      stackText(stacks[0], scope),
      ...leftOut.map((reason) => `left out: ${reason}`),
    ];
  }
  if (cases.length !== 1) return [`${program} ${counted(cases.length, 'case')}`];
  const [{ label, case: c }] = cases;
  const threads = c.guests.flatMap((guest) => guest.threads);
  const operations = threads.flat().filter(({ op }) => op !== 'wait').length;
  return [
    `${program} ${printable(label)}: ${counted(operations, 'operation')} on ${counted(threads.length, 'thread')}, mode ${c.stack.mode}`,
    stackText(c.stack, c.scope),
  ];
}

function boundsText({ explore, every }: ExplorePlan): string {
  const total = every === null || !Number.isFinite(every.statesTotal) ? '' : `, ${every.statesTotal} states a mode`;
  const whole = explore.reduced ? '' : '; not reduced';
  return `bounds: ${explore.statesMax} states a workload, ${explore.stepsMax} actions a schedule${total}${whole}`;
}

/** The whole report but its heading; the last line replays what was found. */
export function reportText(report: ExploreReport, style: Style): string {
  const { subjects, findings, plan } = report;
  const replay = replayLine(report);
  // Of several cases each has a line, and no more.
  const many = subjects.length > 1 && plan.every === null;
  const explained = findings.length === 1 && !plan.quiet ? explanation(findings[0], style) : '';
  return [
    '\n',
    report.interrupted ? `${style.notable('interrupted: what follows covers what was explored until then')}\n` : '',
    ...subjects.map((subject) => subjectText(subject, report, style)),
    subjects.length > 1 ? sumText(report, style) : coverText(subjects[0].total, plan),
    many ? '' : `\n${verdictsText(subjects, style)}`,
    explained,
    many || findings.length === 0 ? '' : '\n',
    ...(many ? [] : findings.map((finding) => findingText(finding, report, style))),
    hintText(findings, plan),
    replay === null ? '' : `\n${replay}\n`,
  ].join('');
}

const VERDICT_TEXTS = { 'holds-exhausted': 'holds, exhausted', violated: 'violated', 'bounded-out': 'bounded out' };

/** `tag: violated: 12 workloads, …`; where there is only one, its name stands above. */
function subjectText(subject: Subject, { plan, findings, subjects }: ExploreReport, style: Style): string {
  const own = plan.every === null ? findings.filter((finding) => finding.subject === subject) : [];
  const isOnly = subjects.length === 1;
  const saved = isOnly ? '' : own.map((finding) => `; ${finding.guarantee} ${savedText(finding)}`).join('');
  const name = isOnly ? '' : `${printable(subject.label)}: `;
  return `${name}${verdictText(subject.total, plan, style)}: ${walkText(subject.total, plan)}${saved}\n`;
}

function verdictText(total: ExploreTotal, plan: ExplorePlan, style: Style): string {
  const verdict = totalVerdict(total);
  const paint = { 'holds-exhausted': style.holds, violated: style.violated, 'bounded-out': style.notable }[verdict];
  const bound = verdict === 'bounded-out' ? ` (${boundText(total, plan)})` : '';
  return paint(`${VERDICT_TEXTS[verdict]}${bound}`);
}

function boundText({ bound, boundedCount }: ExploreTotal, { explore, every }: ExplorePlan): string {
  const workloads = every === null ? '' : `, by ${counted(boundedCount, 'workload')}`;
  switch (bound) {
    case 'states':
      return `the bound of ${explore.statesMax} states was hit${workloads}`;
    case 'steps':
      return `the bound of ${explore.stepsMax} actions a schedule was hit${workloads}`;
    case 'images':
      return 'a first crash can leave more images than are recovered from';
    case 'operations':
      return `a recovery has more than ${KEY_OPS_MAX} operations`;
    case 'states-total':
      return `the bound of ${every!.statesTotal} states a mode was hit`;
    case 'interrupt':
    case null:
      return 'interrupted';
  }
}

/** How far it went; of a walk that ended at a violation before any schedule did, without schedules. */
function walkText(total: ExploreTotal, { every }: ExplorePlan): string {
  const { workloads, schedulesCovered, states, images } = total;
  return [
    ...(every === null ? [] : [counted(workloads, 'workload')]),
    ...(schedulesCovered === 0n ? [] : [counted(schedulesCovered, 'schedule')]),
    counted(states, 'state'),
    counted(images, 'image'),
  ].join(', ');
}

/** How the numbers came about. */
function coverText(total: ExploreTotal, { explore }: ExplorePlan): string {
  const { schedules, transitions, crashPoints, recoveries, secondCrashPoints } = total;
  const again = `; power lost again at each of ${counted(secondCrashPoints, 'state')} of ${recoveries} ${recoveries === 1 ? 'recovery' : 'recoveries'}`;
  const twice = explore.secondCrash === true ? `${again}, every image of each decided` : '';
  return `${counted(schedules, 'way')} walked, each to its end or to a state known by then; ${counted(transitions, 'transition')}; ${counted(crashPoints, 'crash point')} decided, every image of each${twice}\n`;
}

function sumText({ subjects, plan }: ExploreReport, style: Style): string {
  const verdicts = subjects.map(({ total }) => totalVerdict(total));
  const count = (verdict: (typeof verdicts)[number]): number => verdicts.filter((own) => own === verdict).length;
  const what = plan.every === null ? 'case' : 'mode';
  const sums = `${count('holds-exhausted')} exhausted, ${count('violated')} violated, ${count('bounded-out')} bounded out`;
  const total = joinTotals(subjects.map((subject) => subject.total));
  return `\n${style.strong(`${counted(subjects.length, what)}: ${sums}`)}: ${walkText(total, plan)}\n`;
}

function verdictsText(subjects: readonly Subject[], style: Style): string {
  if (subjects.length === 1) return verdictLines(allVerdicts(subjects[0].total), style);
  return verdictTable(
    subjects.map(({ label, total }) => ({ label, verdicts: allVerdicts(total) })),
    style,
  );
}

/** Guarantees that don't count stand as n/a. */
function allVerdicts({ worst }: ExploreTotal): Record<Guarantee, VerdictName> {
  return Object.fromEntries(GUARANTEES.map((name, row) => [name, VERDICT_NAMES[worst[row]]])) as Record<
    Guarantee,
    VerdictName
  >;
}

/** What went wrong in words. */
function explanation({ case: c }: ExploreFinding, style: Style): string {
  return `\n${explainCase(c, replayCase(c, { trace: true }), style)}`;
}

function findingText(finding: ExploreFinding, { plan }: ExploreReport, style: Style): string {
  const { subject, guarantee, workload, workloadsViolating: count, environment } = finding;
  const many = count === 1 ? '' : `, ${count} of those explored violate it`;
  const by = plan.every === null ? '' : ` by workload ${workload}${many}`;
  const name = plan.every === null ? '' : `${subject.label}: `;
  const blame = environment ? '; the disk that ignores flushes is to blame' : '';
  return `${style.violated(`${name}${guarantee} violated`)}${by}${blame}: ${savedText(finding)}\n`;
}

function savedText({ path }: ExploreFinding): string {
  return path === null ? 'not saved' : `saved as ${printable(path)}`;
}

function hintText(findings: readonly ExploreFinding[], { quiet }: ExplorePlan): string {
  const path = findings[0]?.path ?? null;
  return findings.length < 2 || quiet || path === null
    ? ''
    : `npx blkfuzz explain ${shellWord(path)} tells the first\n`;
}
