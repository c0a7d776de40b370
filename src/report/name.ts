/** How operations, sectors and versions are called in texts. */
import { type History, KIND, KIND_NAMES, VERSION } from '../base/history.ts';
import type { Replay } from '../fuzz/replay.ts';

/** `8` or `8+2`: first sector and count. */
export function sectorRange(sector: number, count: number): string {
  return count === 1 ? `${sector}` : `${sector}+${count}`;
}

/** `write 8+2`, `fua write 4`, `fsync of file 1`, `flush`, `barrier 48`, `empty barrier`. */
export function operationName({ history, program }: Pick<Replay, 'history' | 'program'>, op: number): string {
  const kind = history.kind[op];
  const name = KIND_NAMES[kind];
  if (kind === KIND.fsync || kind === KIND.fdatasync) return `${name} of file ${program.fileName[history.file[op]]}`;
  if (kind === KIND.barrier && history.count[op] === 0) return 'empty barrier';
  if (history.count[op] === 0) return name;
  return `${kind === KIND.fua ? 'fua write' : name} ${sectorRange(history.sector[op], history.count[op])}`;
}

const MARKERS: Readonly<Record<number, string>> = {
  [VERSION.torn]: 'torn',
  [VERSION.stale]: 'stale',
  [VERSION.misplaced]: 'misplaced',
  [VERSION.unknown]: 'unknown',
};

/** The text of a version that is no operation's, or null for the initial content and for operations. */
export function markerText(version: number): string | null {
  return MARKERS[version] ?? null;
}

/** `zeros`, `op 3`, `torn`: what a sector holds. */
export function versionName(version: number): string {
  if (version === VERSION.initial) return 'zeros';
  return markerText(version) ?? `op ${version}`;
}

/** Whether an operation covers a sector. */
export function coversSector(history: History, op: number, sector: number): boolean {
  return sector >= history.sector[op] && sector < history.sector[op] + history.count[op];
}
