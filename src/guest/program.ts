/**
 * A workload laid out for the engine: one row per operation, ids in order thread by thread from 0 (cli.md),
 * and per thread the steps it takes. Shared by every run of the workload, never written by a run.
 */
import { assert } from '../base/assert.ts';
import { KIND } from '../base/history.ts';
import type { GuestName, Operation, Role, Workload } from './operation.ts';

/** A step that waits for the thread's own asynchronous operations; every other step is an operation id. */
export const STEP_WAIT = -1;

export interface Program {
  /** Whose promise the roles make; null: nobody's. */
  readonly guest: GuestName | null;
  /** By operation; null where it has none, and then it plays no part in the promise. */
  readonly roles: readonly (Role | null)[];
  readonly opCount: number;
  readonly threadCount: number;
  /** Sectors of the device. */
  readonly sectorCount: number;
  /** Files are renumbered 0 .. fileCount-1; `fileName` gives back the number the workload uses. */
  readonly fileCount: number;
  readonly fileName: Int32Array;
  /** Sectors that some bufwrite of file f touches: fileSectors[fileSectorStart[f] .. fileSectorStart[f+1]), ascending. */
  readonly fileSectorStart: Int32Array;
  readonly fileSectors: Int32Array;
  /** KIND codes. */
  readonly kind: Uint8Array;
  readonly thread: Int32Array;
  /** Renumbered file, or -1. */
  readonly file: Int32Array;
  /** First sector, or -1. */
  readonly sector: Int32Array;
  readonly count: Int32Array;
  /** Where a read's versions begin among all reads' versions; -1 for other kinds. */
  readonly readStart: Int32Array;
  readonly readSectorCount: number;
  /** Steps of thread t: steps[stepStart[t] .. stepStart[t+1]). */
  readonly stepStart: Int32Array;
  readonly steps: Int32Array;
  /** Of several guests on one backend all, this one the first; left out: it is the only one. */
  readonly guests?: readonly Program[];
}

/** The programs of all guests. */
export function programsOf(program: Program): readonly Program[] {
  return program.guests ?? [program];
}

/** Mutable rows that a program is built from, one call per operation. */
export class ProgramBuilder {
  private readonly roles: (Role | null)[] = [];
  private readonly kind: number[] = [];
  private readonly thread: number[] = [];
  private readonly file: number[] = [];
  private readonly sector: number[] = [];
  private readonly count: number[] = [];
  private readonly steps: number[] = [];
  private readonly stepStart: number[] = [0];
  private readonly sectorsOfFile = new Map<number, Set<number>>();

  /** Appends an operation to the thread under construction and returns its id; a wait takes none (-1). */
  add(operation: Operation): number {
    if (operation.op === 'wait') {
      this.steps.push(STEP_WAIT);
      return STEP_WAIT;
    }
    const id = this.kind.length;
    const count = 'count' in operation ? operation.count : 0;
    this.roles.push(operation.role ?? null);
    this.kind.push(KIND[operation.op]);
    this.thread.push(this.stepStart.length - 1);
    this.count.push(count);
    this.sector.push(count > 0 && 'sector' in operation ? operation.sector : -1);
    this.file.push('file' in operation ? operation.file : -1);
    if ('file' in operation) this.addFile(operation);
    this.steps.push(id);
    return id;
  }

  /** Appends an operation of another program that was taken before: a row, and no step. Operations of threads come behind. */
  addPast(program: Program, op: number): void {
    this.roles.push(program.roles[op]);
    this.kind.push(program.kind[op]);
    this.thread.push(program.thread[op]);
    this.count.push(program.count[op]);
    this.sector.push(program.sector[op]);
    const file = program.file[op] < 0 ? -1 : program.fileName[program.file[op]];
    this.file.push(file);
    if (file < 0) return;
    const sectors = this.sectorsOfFile.get(file) ?? new Set<number>();
    this.sectorsOfFile.set(file, sectors);
    if (program.kind[op] !== KIND.bufwrite) return;
    for (let i = 0; i < program.count[op]; i++) sectors.add(program.sector[op] + i);
  }

  /** Ends the thread under construction. */
  endThread(): void {
    this.stepStart.push(this.steps.length);
  }

  build(sectorCount: number, guest: GuestName | null = null): Program {
    assert(this.stepStart.at(-1) === this.steps.length, 'the last thread was ended');
    const fileName = new Int32Array([...this.sectorsOfFile.keys()].sort((a, b) => a - b));
    const fileSectorStart = new Int32Array(fileName.length + 1);
    const fileSectors: number[] = [];
    fileName.forEach((name, index) => {
      fileSectors.push(...[...this.sectorsOfFile.get(name)!].sort((a, b) => a - b));
      fileSectorStart[index + 1] = fileSectors.length;
    });
    const indexOfFile = new Map([...fileName].map((name, index) => [name, index]));
    const readStart = new Int32Array(this.kind.length).fill(-1);
    let readSectorCount = 0;
    this.kind.forEach((kind, id) => {
      if (kind !== KIND.read) return;
      readStart[id] = readSectorCount;
      readSectorCount += this.count[id];
    });
    return {
      guest,
      roles: this.roles,
      opCount: this.kind.length,
      threadCount: this.stepStart.length - 1,
      sectorCount,
      fileCount: fileName.length,
      fileName,
      fileSectorStart,
      fileSectors: new Int32Array(fileSectors),
      kind: new Uint8Array(this.kind),
      thread: new Int32Array(this.thread),
      file: new Int32Array(this.file.map((name) => (name < 0 ? -1 : indexOfFile.get(name)!))),
      sector: new Int32Array(this.sector),
      count: new Int32Array(this.count),
      readStart,
      readSectorCount,
      stepStart: new Int32Array(this.stepStart),
      steps: new Int32Array(this.steps),
    };
  }

  private addFile(operation: Operation & { file: number }): void {
    const sectors = this.sectorsOfFile.get(operation.file) ?? new Set<number>();
    this.sectorsOfFile.set(operation.file, sectors);
    if (operation.op !== 'bufwrite') return;
    for (let i = 0; i < operation.count; i++) sectors.add(operation.sector + i);
  }
}

/** Lays a workload out for a device of `sectorCount` sectors. The workload has been checked already. */
export function compileWorkload(workload: Workload, sectorCount: number): Program {
  const builder = new ProgramBuilder();
  for (const thread of workload.threads) {
    for (const operation of thread) builder.add(operation);
    builder.endThread();
  }
  return builder.build(sectorCount, workload.guest);
}

/** Lays out the workloads of several guests, each for an address space of `sectorCount` sectors of its own. */
export function compileGuests(workloads: readonly Workload[], sectorCount: number): Program {
  const guests = workloads.map((workload) => compileWorkload(workload, sectorCount));
  return guests.length === 1 ? guests[0] : { ...guests[0], guests };
}
