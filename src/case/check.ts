/** What the fields of a case say about each other: sectors within the disk, files apart, versions that exist. */
import { assert } from '../base/assert.ts';
import { BlkfuzzError } from '../base/errors.ts';
import { PAGE_SECTORS } from '../base/units.ts';
import type { Operation, Workload } from '../guest/operation.ts';
import { GUESTS_MAX, isOutlived, type Scope, type StackConfig } from '../stack/config.ts';
import { nonsense, scopeNonsense } from '../stack/nonsense.ts';
import { diskSectorsOf, isMapped, METADATA_FIRST } from '../stack/layout.ts';
import { CASE_LIMITS, type Case, type Crash, type ImagePair } from './case.ts';
import type { CaseShape } from './schema.ts';

/** Who uses a sector: nobody, direct operations, or a file (FILE_BASE + its number). */
const FREE = 0;
const DIRECT = 1;
const FILE_BASE = 2;

/**
 * Settles what the shape left open.
 * @throws BlkfuzzError `bad-input`: one line, the place and what was expected there.
 */
export function checkCase(shape: CaseShape): Case {
  const { guests, stream, ...common } = shape;
  checkStack(shape);
  if (guests !== undefined && stream !== undefined) throw refusal('stream', 'expected guests or a stream, found both');
  if (stream !== undefined) {
    if (shape.crash !== undefined) checkCrash(shape.crash, shape, undefined);
    return { ...common, stream };
  }
  if (guests === undefined) throw refusal('guests', 'missing; expected the guests, or a stream in their place');
  if (guests.length < 1 || guests.length > GUESTS_MAX)
    throw refusal('guests', `expected 1 to ${GUESTS_MAX} guests, found ${guests.length}`);
  checkPromising(guests, shape.stack);
  const operations = guests.map((guest, i) => checkGuest(guest, i, shape.stack.disk.sectors));
  if (shape.crash !== undefined) checkCrash(shape.crash, shape, operations, guests[0]);
  return { ...common, ...(guests.length > 1 && { stack: { ...shape.stack, guests: guests.length } }), guests };
}

function checkCrash(
  crash: Crash,
  { stack, scope }: CaseShape,
  operations: readonly (readonly Operation[])[] | undefined,
  first?: Workload,
): void {
  const { guest = 0, image, second } = crash;
  if (operations !== undefined && guest >= operations.length)
    throw refusal('crash.guest', `expected a guest below ${operations.length}, found ${guest}`);
  if (image !== undefined) checkOutlived(scope);
  checkImage('crash.image', image, stack, operations?.[guest]);
  if (second === undefined) return;
  if (first?.guest === undefined)
    throw refusal('crash.second', 'expected none: the guest has no recovery to cut short');
  if (image === undefined) throw refusal('crash.image', 'missing; expected the image that recovery begins with');
  // What recovery writes has ids of its own, known at replay only.
  checkImage('crash.second.image', second.image, stack, undefined);
}

function checkOutlived(scope: Scope): void {
  if (isOutlived(scope))
    throw refusal(
      'crash.image',
      `expected none with scope ${scope}: the run goes on, and what the disk holds in the end is judged`,
    );
}

/** A guest with a promise has a device of its own, whose sectors are the disk's. */
function checkPromising(guests: readonly Workload[], stack: StackConfig): void {
  const named = guests.findIndex(({ guest }) => guest !== undefined);
  if (named < 0) return;
  if (guests.length > 1) throw refusal(`guests[${named}].guest`, 'expected none where there are several guests');
  if (isMapped(stack))
    throw refusal('guests[0].guest', `expected none on backend ${stack.backend}: images of its disk are decoded first`);
}

function checkStack({ stack: written, scope, guests = [] }: CaseShape): void {
  const stack = guests.length > 1 ? { ...written, guests: guests.length } : written;
  const { atomic, sectors } = stack.disk;
  if (atomic === 4096 && sectors % PAGE_SECTORS !== 0)
    throw refusal('stack.disk.sectors', `expected a multiple of ${PAGE_SECTORS} with atomic 4096, found ${sectors}`);
  const reason = nonsense(stack) ?? scopeNonsense(stack, scope);
  if (reason !== null)
    throw new BlkfuzzError('bad-input', `stack: ${reason}`, 'blkfuzz modes lists the combinations that make no sense');
}

/** Checks every operation and returns those that have an id, by id. */
function checkGuest(guest: Workload, number: number, sectorCount: number): Operation[] {
  const { threads } = guest;
  const { threadCountMax, operationCountMax } = CASE_LIMITS;
  if (threads.length < 1 || threads.length > threadCountMax)
    throw refusal(`guests[${number}].threads`, `expected 1 to ${threadCountMax} threads, found ${threads.length}`);
  const operationCount = threads.reduce((sum, thread) => sum + thread.length, 0);
  if (operationCount > operationCountMax)
    throw refusal(
      `guests[${number}].threads`,
      `expected at most ${operationCountMax} operations, found ${operationCount}`,
    );
  const owners = new SectorOwners(sectorCount);
  threads.forEach((thread, t) =>
    thread.forEach((operation, i) => {
      const place = `guests[${number}].threads[${t}][${i}]`;
      checkOperation(operation, place, sectorCount, owners);
      if (operation.role !== undefined) checkRole(operation, guest, place);
    }),
  );
  return threads.flat().filter(({ op }) => op !== 'wait');
}

function checkOperation(operation: Operation, place: string, sectorCount: number, owners: SectorOwners): void {
  if (!('count' in operation)) return;
  const { sector, count } = operation;
  if (count === 0) {
    if (sector !== undefined)
      throw refusal(`${place}.sector`, 'expected no sector: a barrier with count 0 (or none) has no payload');
    return;
  }
  if (sector === undefined) throw refusal(`${place}.sector`, 'missing; expected the first sector of the payload');
  if (sector >= sectorCount)
    throw refusal(`${place}.sector`, `expected a sector from 0 to ${sectorCount - 1}, found ${sector}`);
  if (sector + count > sectorCount)
    throw refusal(
      `${place}.sector`,
      `expected sectors within the disk's ${sectorCount}, found ${count} from sector ${sector} on`,
    );
  owners.claim(operation.op === 'bufwrite' ? FILE_BASE + operation.file : DIRECT, sector, count, place);
}

/** What an operation means is the guest's word, and of one sector. */
function checkRole(operation: Operation, { guest }: Workload, place: string): void {
  if (guest === undefined)
    throw refusal(`${place}.role`, 'expected none: guests[0].guest names no guest with a promise');
  if ('count' in operation && operation.count > 1)
    throw refusal(`${place}.count`, `expected 1 where an operation has a role, found ${operation.count}`);
}

/** Sectors of different files are disjoint, and direct operations don't touch them (contract.md). */
class SectorOwners {
  private readonly owner: Int32Array;
  private coveredCount = 0;

  constructor(sectorCount: number) {
    this.owner = new Int32Array(sectorCount);
  }

  claim(owner: number, sector: number, count: number, place: string): void {
    this.coveredCount += count;
    if (this.coveredCount > CASE_LIMITS.coveredSectorCountMax)
      throw refusal(place, `expected operations over at most ${CASE_LIMITS.coveredSectorCountMax} sectors in all`);
    for (let at = sector; at < sector + count; at++) {
      const other = this.owner[at];
      if (other !== FREE && other !== owner)
        throw refusal(
          `${place}.sector`,
          `expected sectors that only ${ownerName(owner)} uses, but sector ${at} is used by ${ownerName(other)}`,
        );
      this.owner[at] = owner;
    }
  }
}

function ownerName(owner: number): string {
  assert(owner !== FREE, 'a free sector has no owner');
  return owner === DIRECT ? 'direct operations' : `file ${owner - FILE_BASE}`;
}

/** `operations` by id; undefined where they stand in a recorded stream, whose ids are known at replay only. */
function checkImage(
  name: string,
  image: readonly ImagePair[] | undefined,
  stack: StackConfig,
  operations: readonly Operation[] | undefined,
): void {
  const seen = new Set<number>();
  const sectorCount = diskSectorsOf(stack);
  const hasMetadata = isMapped(stack);
  image?.forEach(([sector, version], i) => {
    const place = `${name}[${i}]`;
    if (sector >= sectorCount)
      throw refusal(`${place}[0]`, `expected a sector from 0 to ${sectorCount - 1}, found ${sector}`);
    if (seen.has(sector)) throw refusal(`${place}[0]`, `expected each sector once, found ${sector} again`);
    seen.add(sector);
    if (version < -1 && !(hasMetadata && version <= METADATA_FIRST))
      throw refusal(`${place}[1]`, `expected a version from -1 on, found ${version}`);
    if (operations !== undefined && version >= 0) checkVersion(version, operations, `${place}[1]`);
  });
}

function checkVersion(version: number, operations: readonly Operation[], place: string): void {
  const operation = operations[version];
  if (operation === undefined)
    throw refusal(place, `expected -1 or an operation id below ${operations.length}, found ${version}`);
  if (!isWrite(operation))
    throw refusal(place, `expected -1 or the id of a write, found ${version}, ${describe(operation)}`);
}

/** Whether the operation puts data on the disk. */
function isWrite(operation: Operation): boolean {
  if (operation.op === 'barrier') return operation.count > 0;
  return operation.op === 'write' || operation.op === 'fua' || operation.op === 'bufwrite';
}

function describe(operation: Operation): string {
  return operation.op === 'barrier' ? 'an empty barrier' : `a ${operation.op}`;
}

function refusal(place: string, complaint: string): BlkfuzzError {
  return new BlkfuzzError('bad-input', `${place}: ${complaint}`);
}
