/**
 * From a case to the text of its file: fields in the order of cli.md's example, one operation a line, long lists
 * wrapped, so that a person can read it and a diff of two cases says what differs. Same case, same bytes.
 */
import { GUARANTEES } from '../contract/guarantees.ts';
import type { Operation, Role, Workload } from '../guest/operation.ts';
import { type BackendOptions, type Features, STACK_DEFAULT, type StackConfig } from '../stack/config.ts';
import type { Case, Crash, SecondCrash } from './case.ts';

/** Columns that a wrapped list keeps within, unless one entry alone is longer. */
const COLUMN_MAX = 100;

/** The text of the case file; ends with a newline. */
export function encodeCase(c: Case): string {
  return document([
    ['format', inline(c.format)],
    ['name', inline(c.name)],
    ['comment', c.comment === undefined ? undefined : inline(c.comment)],
    ['found', c.found && inline({ version: c.found.version, seed: c.found.seed, run: c.found.run })],
    ...contentFields(c),
  ]);
}

/** What decides the run and what is expected of it, without name, comment and origin: what makes two cases the same. */
export function encodeContent(c: Case): string {
  return document([['format', inline(c.format)], ...contentFields(c)]);
}

type Field = readonly [name: string, json: string | undefined];

function contentFields(c: Case): Field[] {
  return [
    ['stack', encodeStack(c.stack)],
    ['scope', inline(c.scope)],
    ['guests', c.guests && encodeGuests(c.guests)],
    ['stream', c.stream && inline({ sha256: c.stream.sha256, entries: c.stream.entries })],
    ['schedule', wrapped(c.schedule.map(inline), '  "schedule": ')],
    ['crash', c.crash && encodeCrash(c.crash)],
    ['expect', c.expect && encodeExpect(c.expect)],
  ];
}

function document(fields: readonly Field[]): string {
  const lines = fields.filter(([, json]) => json !== undefined).map(([name, json]) => `  ${inline(name)}: ${json}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Everything of the example is written out; options, scheduler, ring and features only where they are not the default. */
function encodeStack(stack: StackConfig): string {
  const { kernel, mode, frontend, backend, scheduler, ring, features, backendOptions, groupSync } = stack;
  const { sectors, cache, fua, tags, destage, flush, atomic, depth } = stack.disk;
  const { slots, start, rings } = ring;
  const ringDefault = slots === STACK_DEFAULT.ring.slots && start === STACK_DEFAULT.ring.start && rings === undefined;
  const lines = [
    fieldsInline({ kernel, mode, frontend, backend }),
    ...(backendOptions === undefined ? [] : [fieldsInline({ backendOptions: orderedOptions(backendOptions) })]),
    ...(scheduler === STACK_DEFAULT.scheduler ? [] : [fieldsInline({ scheduler })]),
    ...(ringDefault ? [] : [fieldsInline({ ring: { slots, start, rings } })]),
    ...(features === undefined ? [] : [fieldsInline({ features: orderedFeatures(features) })]),
    ...(groupSync === undefined ? [] : [fieldsInline({ groupSync })]),
    ...(stack.faults === undefined ? [] : [fieldsInline({ faults: stack.faults })]),
    ...(stack.mutant === undefined ? [] : [fieldsInline({ mutant: stack.mutant })]),
    fieldsInline({ disk: { sectors, cache, fua, tags, destage, flush, atomic, depth } }),
  ];
  return `{\n    ${lines.join(',\n    ')}\n  }`;
}

function orderedFeatures({ barrier, flushCache, barrierAfter }: Partial<Features>): Record<string, unknown> {
  return { barrier, flushCache, barrierAfter };
}

function orderedOptions({ image, open, fdatasync, preallocate }: BackendOptions): BackendOptions {
  return {
    ...(image !== undefined && { image }),
    ...(open !== undefined && { open }),
    ...(fdatasync !== undefined && { fdatasync }),
    ...(preallocate !== undefined && { preallocate }),
  };
}

function encodeGuests(guests: readonly Workload[]): string {
  const encoded = guests.map(({ guest, threads }) => {
    const name = guest === undefined ? '' : `${fieldsInline({ guest })}, `;
    return `    {${name}"threads": [${threads.map(encodeThread).join(', ')}]}`;
  });
  return `[\n${encoded.join(',\n')}\n  ]`;
}

function encodeThread(operations: readonly Operation[]): string {
  if (operations.length === 0) return '[]';
  const lines = operations.map((operation) => `      ${inline(orderedOperation(operation))}`);
  return `[\n${lines.join(',\n')}\n    ]`;
}

/** The fields of an operation in the order of the example, whatever order the value has. */
function orderedOperation(operation: Operation): Record<string, unknown> {
  return {
    op: operation.op,
    ...('file' in operation && { file: operation.file }),
    ...('sector' in operation && { sector: operation.sector }),
    ...('count' in operation && { count: operation.count }),
    ...(operation.role !== undefined && { role: orderedRole(operation.role) }),
  };
}

function orderedRole({ part, tx, block }: Role): Record<string, unknown> {
  return { part, tx, ...(block !== undefined && { block }) };
}

function encodeCrash({ step, guest, image, second }: Crash): string {
  const start = `{"step": ${step}${guest === undefined ? '' : `, "guest": ${guest}`}`;
  if (image === undefined) return `${start}}`;
  const first = `${start}, "image": ${wrapped(image.map(inline), `  "crash": ${start}, "image": `)}`;
  return second === undefined ? `${first}}` : `${first},\n    "second": ${encodeSecond(second)}}`;
}

function encodeSecond({ schedule, step, image }: SecondCrash): string {
  const actions = wrapped(schedule.map(inline), '    "second": {"schedule": ');
  const start = `{"schedule": ${actions}, "step": ${step}`;
  return image === undefined ? `${start}}` : `${start}, "image": ${wrapped(image.map(inline), start)}}`;
}

function encodeExpect(expect: NonNullable<Case['expect']>): string {
  const known = GUARANTEES.filter((name) => expect[name] !== undefined);
  return inline(Object.fromEntries(known.map((name) => [name, expect[name]])));
}

/** A list on one line after `start` if it fits there, else over several lines of a further indent. */
function wrapped(items: readonly string[], start: string): string {
  const oneLine = `[${items.join(', ')}]`;
  if (start.length + oneLine.length < COLUMN_MAX) return oneLine;
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line}, ${item}`;
    if (line !== '' && longer.length > COLUMN_MAX - 5) {
      lines.push(line);
      line = item;
    } else line = longer;
  }
  lines.push(line);
  return `[\n    ${lines.join(',\n    ')}\n  ]`;
}

/** JSON on one line with a space after commas and colons. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${fieldsInline(value)}}`;
  return JSON.stringify(value);
}

function fieldsInline(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}: ${inline(value)}`)
    .join(', ');
}
