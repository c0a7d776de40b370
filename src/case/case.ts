/**
 * The case: everything that decides a run, so that replaying it needs no seed and no generator (cli.md,
 * "The case file"). This is the value; decode.ts and encode.ts know the file.
 */
import type { Guarantee, VerdictName } from '../contract/guarantees.ts';
import type { Workload } from '../guest/operation.ts';
import type { Scope, StackConfig } from '../stack/config.ts';

/** What the document calls itself. */
export const CASE_FORMAT = 'blkfuzz.case/1';
/** How the name of a case file ends. */
export const CASE_SUFFIX = '.case.json';

/** Bounds of what is read; a file beyond them is refused before it costs much. */
export const CASE_LIMITS = {
  /** Characters of the document (and bytes of the file). */
  textSizeMax: 134_217_728,
  /** Operations over all threads; `wait` counts. */
  operationCountMax: 1_048_576,
  /** Sectors that all operations cover together, each as often as it is covered. */
  coveredSectorCountMax: 16_777_216,
  /** Sectors of the disk. */
  sectorCountMax: 16_777_216,
  threadCountMax: 1024,
  /** The highest number of a file. */
  fileMax: 65_535,
  /** The highest crash step, run of a recorded stream, and so on: a signed 32-bit integer. */
  integerMax: 2_147_483_647,
  nameLengthMax: 200,
  commentLengthMax: 65_536,
  actionLengthMax: 64,
} as const;

/** The run that a found case comes from. */
export interface Found {
  /** Version of blkfuzz. */
  readonly version: string;
  readonly seed: string;
  /** Index of the run. */
  readonly run: number;
}

/** Stands in place of operations that are too many to embed: a recorded block stream, known by its digest. */
export interface StreamReference {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Entries of the recorded log. */
  readonly entries: number;
}

/**
 * A sector that survived with another version than the floor, and that version (-1: a discard survived). Where the backend
 * keeps metadata these are sectors of its disk, behind or between the guest's; the version of a sector of metadata is a
 * code from -16 down that numbers what was written, in the order of the run.
 */
export type ImagePair = readonly [sector: number, version: number];

/** Power lost once more, while the guest recovers (docs/guests.md). */
export interface SecondCrash {
  /** Names of the actions that recovery took, in order. */
  readonly schedule: readonly string[];
  /** The power goes again after that many. */
  readonly step: number;
  /** The one image to judge; left out: every image is decided. */
  readonly image?: readonly ImagePair[];
}

export interface Crash {
  /** The power goes after that many actions. */
  readonly step: number;
  /** Whose part of the disk the image is, in the guest's own sectors and ids; left out: the first guest's. */
  readonly guest?: number;
  /** The one image to judge, each sector at most once; left out: every image is decided. */
  readonly image?: readonly ImagePair[];
  /** The guest comes back with that image, and power is lost again. */
  readonly second?: SecondCrash;
}

interface CaseCommon {
  readonly format: typeof CASE_FORMAT;
  readonly name: string;
  readonly comment?: string;
  readonly found?: Found;
  readonly stack: StackConfig;
  readonly scope: Scope;
  /** Names of the actions taken, in order; one not enabled at its turn is skipped. */
  readonly schedule: readonly string[];
  /** Left out: no power loss. */
  readonly crash?: Crash;
  /** Guarantees left out may come to anything. */
  readonly expect?: Readonly<Partial<Record<Guarantee, VerdictName>>>;
}

/** The usual case: the operations of its guest, or of several on one backend, are part of it. */
export interface GuestCase extends CaseCommon {
  readonly guests: readonly Workload[];
  readonly stream?: never;
}

/** A case of a recorded stream that has to be given beside it. */
export interface StreamCase extends CaseCommon {
  readonly guests?: never;
  readonly stream: StreamReference;
}

/** A `blkfuzz.case/1` document. Told apart by `stream === undefined`. */
export type Case = GuestCase | StreamCase;
