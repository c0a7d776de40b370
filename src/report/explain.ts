/**
 * A failure told as a person would tell it: what was lost, what had been promised, which edge is missing, and a picture
 * of time against layers. Everything is computed from the replay's trace; nothing is known in advance of any mode.
 */
import type { Case } from '../case/case.ts';
import type { Violation } from '../contract/verdict.ts';
import type { Replay } from '../fuzz/replay.ts';
import { amountText } from './amount.ts';
import { type AdviceGiven, adviceSection } from './explain/advice.ts';
import { type Reason } from './explain/edge.ts';
import { heldReasons } from './explain/held.ts';
import { pictureOf } from './explain/picture.ts';
import { RULES, headline, promiseHere } from './explain/promise.ts';
import { reasonOf } from './explain/reason.ts';
import { type Scene, sceneOf } from './explain/scene.ts';
import { storyOf } from './explain/story.ts';
import { type Witness, witnessOf } from './explain/witness.ts';
import { counted, enumeration, wrap } from './explain/wrap.ts';
import type { Style } from './style.ts';

/**
 * @param replay of this case, made with `trace: true`.
 * @param advice on this case, where it was asked for.
 * @returns lines of at most 100 columns; the last ends with a newline.
 */
export function explainCase(c: Case, replay: Replay, style: Style, advice: AdviceGiven | null = null): string {
  const scene = sceneOf(c, replay);
  const [first, ...others] = replay.violations;
  const lines = first === undefined ? tellHeld(scene, style) : tellViolation(scene, first, others, style);
  const { title, lines: advised } = advice === null ? { title: '', lines: [] } : adviceSection(scene, advice);
  return [...lines, ...section(title, advised, style)].map((line) => `${line}\n`).join('');
}

function tellViolation(scene: Scene, first: Violation, others: readonly Violation[], style: Style): string[] {
  const witness = witnessOf(scene, first);
  const reason = reasonOf(scene, witness);
  const also = others.flatMap((other) => wrap(alsoText(scene, other), '- '));
  const { guests, guest } = scene.replay;
  const whose = guests.length === 1 ? '' : `guest ${guest} of ${guests.length}: `;
  return [
    ...wrap(whose + headline(scene, witness) + (reason.environment === true ? ' (environment)' : '')).map(
      style.violated,
    ),
    ...wrap(stackText(scene)).map(style.dim),
    ...twiceLines(scene).map(style.dim),
    ...section('What happened', storyLines(scene, witness, reason), style),
    ...section('The promise', promiseLines(scene, witness), style),
    ...section(witness.lost === null ? 'Why' : 'The missing edge', reasonLines(reason), style),
    ...section('Time against layers', pictureOf(scene, witness, reason, style), style),
    '',
    ...wrap(leftOutText(scene)).map(style.dim),
    ...section('Also violated', also, style),
  ];
}

/** Of another guest only that it is violated: the scene is not its own. */
function alsoText(scene: Scene, other: Violation): string {
  const { guest = scene.replay.guest } = other;
  if (guest !== scene.replay.guest) return `guest ${guest}: ${other.guarantee}`;
  return headline(scene, witnessOf(scene, other));
}

function tellHeld(scene: Scene, style: Style): string[] {
  const { replay, case: c } = scene;
  const images = replay.imagesDecided === 1n ? 'the image' : `${amountText(replay.imagesDecided)} images`;
  const broken = replay.verdicts.protocol === 'violated';
  const title = broken
    ? `protocol is violated in ${c.name}: ${RULES.protocol} One of them was broken on the way.`
    : `Nothing is violated in ${c.name} (${images} decided).`;
  const reasons = heldReasons(scene).flatMap(({ guarantees, text }) =>
    wrap(`${enumeration(guarantees)}: ${text}`, '- '),
  );
  return [
    ...wrap(title).map(broken ? style.violated : style.holds),
    ...wrap(stackText(scene)).map(style.dim),
    ...section('What was promised, and why it held', reasons, style),
  ];
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.strong(title), ...lines];
}

/** Which operations are the guest's recovery; nothing where power was lost once. */
function twiceLines({ replay }: Scene): string[] {
  if (replay.first === null) return [];
  const { program, history } = replay.first;
  return wrap(
    `Power was lost twice. At [${history.crashAt}] for the first time; from op ${program.opCount} on the guest recovers from what was left, until power is lost again.`,
  );
}

/** The stack in a line. */
function stackText({ case: c, mode, hostMode, disk }: Scene): string {
  const { backend, frontend, kernel, guests = 1, groupSync } = c.stack;
  const { rings = 1 } = c.stack.ring;
  const way =
    hostMode === null
      ? `the guest's queue (mode ${mode}, kernel ${kernel}) → disk`
      : `the guest's queue (mode ${mode}, kernel ${kernel}) → ${frontend} frontend → ${rings === 1 ? 'ring' : `${rings} rings`} → ${backend} → the host's queue (mode ${hostMode}) → disk`;
  const cache = disk.cache === 'none' ? 'no cache' : `${disk.cache} cache`;
  const extras = [disk.tags === 'ignored' ? ', ignores tags' : '', disk.flush === 'ignored' ? ', ignores flushes' : ''];
  const merged = groupSync === 'merge' ? ', barriers merged' : '';
  const shared = guests === 1 ? '' : `; the host and its disk are shared by ${guests} guests${merged}`;
  return `${c.name}: ${way}${shared} (${cache}, ${disk.fua ? 'FUA' : 'no FUA'}${extras.join('')})`;
}

function storyLines(scene: Scene, witness: Witness, reason: Reason): string[] {
  return storyOf(scene, witness, reason).flatMap(({ when, text }, i) => {
    const time = Number.isFinite(when.at) ? `[${when.at}]` : '[end]';
    return wrap(text, `${`${i + 1}.`.padStart(3)} ${time.padEnd(6)} `);
  });
}

function promiseLines(scene: Scene, witness: Witness): string[] {
  const here = promiseHere(scene, witness);
  return [...wrap(RULES[witness.violation.guarantee]), ...(here === null ? [] : wrap(here))];
}

function reasonLines({ lines, remedy }: Reason): string[] {
  return [...lines, ...(remedy === undefined ? [] : [`What would have held: ${remedy}`])].flatMap((line) => wrap(line));
}

function leftOutText({ history, requests, commands, replay }: Scene): string {
  let count = 0;
  for (let op = 0; op < history.opCount; op++) if (history.submit[op] !== 0) count++;
  const parts = [
    counted(count, 'operation'),
    counted(requests.length, 'ring request'),
    counted(commands.length, 'disk command'),
  ];
  const others = replay.guests.length - 1;
  const beside = others === 0 ? '' : ` of this guest, and ${counted(others, 'guest')} beside it`;
  return `Shown is what belongs to the witness; the run has ${enumeration(parts)}${beside}.`;
}
