/**
 * The life of every disk command (disk.md, "Life of a command"), rebuilt from the events before the crash.
 *
 * Reads are not among the disk events although an ORDERED command waits for those accepted before it. An ORDERED flush is
 * none the worse: while it waits, nothing before it is left and nothing after it starts. An ORDERED write that has not
 * completed may be taken for started while a read still holds it back. So the images enumerated from a document are those
 * of the run, or more where a read was outstanding; never fewer. Here no command waits for a read.
 */
import type { DiskEvent, DiskModel, HistoryDocument, Version } from './document.ts';

export interface Command {
  /** When it was accepted: the name that its completion calls it by. */
  readonly accepted: number;
  readonly kind: 'write' | 'flush' | 'discard';
  readonly ordered: boolean;
  readonly fua: boolean;
  /** What it puts where; empty for a flush. */
  readonly puts: ReadonlyMap<number, Version>;
  /** When it started; a start that a completion allowed has the time of that completion and comes just after it. */
  readonly started: number | null;
  readonly completed: number | null;
  readonly failed: boolean;
}

/** A document that carries what its images depend on. */
export interface DiskDocument extends HistoryDocument {
  readonly disk: readonly DiskEvent[];
  readonly diskModel: DiskModel;
}

/** Every command accepted before the crash, in order of acceptance. */
export function livesOf(document: DiskDocument): readonly Command[] {
  const events = document.disk.filter(({ at }) => at < (document.crash?.at ?? Infinity));
  return events.reduce<readonly Command[]>((earlier, event) => {
    if (event.ev === 'complete') return earlier;
    if (event.ev === 'flush' && document.diskModel.flush === 'ignored') return earlier;
    return [...earlier, lifeOf(event, earlier, events, document.diskModel)];
  }, []);
}

type Accepted = Exclude<DiskEvent, { ev: 'complete' }>;

function lifeOf(event: Accepted, earlier: readonly Command[], events: readonly DiskEvent[], model: DiskModel): Command {
  const end = events.find((other) => other.ev === 'complete' && other.of === event.at);
  const ordered = model.tags === 'honoured' && event.tag === 'ordered';
  const started = startOf(event.at, ordered, earlier);
  if (end !== undefined && (started === null || started >= end.at))
    throw new Error(`the command accepted at ${event.at} completed at ${end.at} before it started`);
  return {
    accepted: event.at,
    kind: event.ev,
    ordered,
    fua: event.ev === 'write' && event.fua && model.fua,
    puts: putsOf(event),
    started,
    completed: end?.at ?? null,
    failed: end?.ev === 'complete' && (end.status ?? 'ok') !== 'ok',
  };
}

/** An ORDERED command waits for all before it, a SIMPLE one for the ORDERED ones before it. */
function startOf(accepted: number, ordered: boolean, earlier: readonly Command[]): number | null {
  const ends = earlier.filter((other) => ordered || other.ordered).map((other) => other.completed);
  return ends.reduce((start, end) => (start === null || end === null ? null : Math.max(start, end)), accepted);
}

function putsOf(event: Accepted): ReadonlyMap<number, Version> {
  switch (event.ev) {
    case 'write':
      return new Map(event.versions.map((version, index) => [event.sector + index, version]));
    case 'discard':
      return new Map(Array.from({ length: event.count }, (_, index) => [event.sector + index, -1]));
    case 'flush':
      return new Map();
  }
}
