/**
 * Building blocks of the case file's schema: valibot schemas whose every complaint is one line that says what was
 * expected and what was found. Records are closed: a field that isn't listed is refused before anything else.
 */
import * as v from 'valibot';
import { nearestName } from './nearest.ts';

export type Schema<T> = v.GenericSchema<unknown, T>;

/** An object with these fields and no others. `__proto__` and the like are unknown fields as any other. */
export function record<E extends v.ObjectEntries>(
  what: string,
  entries: E,
): Schema<v.InferOutput<v.ObjectSchema<E, undefined>>> {
  const names = Object.keys(entries);
  return v.pipe(
    v.custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), wording(what)),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const key = Object.keys(dataset.value).find((name) => !Object.hasOwn(entries, name));
      if (key === undefined) return;
      const step = { type: 'unknown', origin: 'key', input: dataset.value, key, value: undefined } as const;
      addIssue({ message: unknownField(key, names), path: [step] });
    }),
    v.object(entries, (issue) => missingField(entries, issue)),
  );
}

/** One of a few names or numbers. @param what in place of all of them, where they are many. */
export function oneOf<const T extends string | number | boolean>(values: readonly T[], what?: string): Schema<T> {
  const names = values.map(String);
  const expected = wording(what ?? listed(values.map(show)));
  return v.custom<T>(
    (input) => (values as readonly unknown[]).includes(input),
    (issue) => {
      const near = typeof issue.input === 'string' ? nearestName(issue.input, names) : undefined;
      return expected(issue) + (near === undefined ? '' : `; did you mean ${show(values[names.indexOf(near)])}?`);
    },
  );
}

/** An integer from `min` to `max`, both included. */
export function integer(min: number, max: number): Schema<number> {
  return v.pipe(
    v.custom<number>(
      (input) => Number.isInteger(input) && (input as number) >= min && (input as number) <= max,
      wording(`an integer from ${min} to ${max}`),
    ),
    // JSON has a -0; a case doesn't.
    v.transform((value) => value + 0),
  );
}

/** A string for which `holds` says yes. */
export function text(what: string, holds: (value: string) => boolean): Schema<string> {
  return v.custom<string>((input) => typeof input === 'string' && holds(input), wording(what));
}

/** A list of any length. */
export function list<T>(what: string, item: Schema<T>): Schema<T[]> {
  return v.array(item, wording(what));
}

/** The complaint of a schema that wanted `expected`. */
export function wording(expected: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `missing; expected ${expected}` : `expected ${expected}, found ${show(input)}`;
}

/** A value from outside in a few printable characters. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const quoted = JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return quoted.replace(/\p{Cc}|\p{Zl}|\p{Zp}/gu, '?');
}

/** Where a value stands, as one would write it in JavaScript: `guests[0].threads[0][2].sector`. */
export function placeOf(keys: readonly unknown[]): string {
  const place = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_][\w-]{0,40}$/.test(String(key)) ? `.${String(key)}` : `[${show(String(key))}]`;
  });
  return place.join('').replace(/^\./, '');
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function unknownField(key: string, names: readonly string[]): string {
  const near = nearestName(key, names);
  return near === undefined ? `unknown field; expected ${listed(names)}` : `unknown field; did you mean ${show(near)}?`;
}

function missingField(entries: v.ObjectEntries, issue: v.ObjectIssue): string {
  const schema: unknown = entries[String(issue.path?.at(-1)?.key)];
  const message = (schema as { message?: unknown } | undefined)?.message;
  return typeof message === 'function' ? String(message({ input: undefined })) : 'missing';
}
