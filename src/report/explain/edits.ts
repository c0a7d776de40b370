/** Edits of a guest in words: each thread they touch, with what is put in marked by a plus. */
import type { GuestCase } from '../../case/case.ts';
import type { Edit } from '../../fuzz/advice/edits.ts';
import type { Operation } from '../../guest/operation.ts';
import { sectorRange } from '../name.ts';

/** `t0: write 8 · +flush · write 9`, one for each thread that is edited. */
export function threadTexts({ guests }: GuestCase, edits: readonly Edit[]): string[] {
  return guests[0].threads.flatMap((steps, thread) => {
    const own = edits.flatMap((edit) => (edit.kind !== 'mode' && edit.thread === thread ? [edit] : []));
    if (own.length === 0) return [];
    const texts = [...steps, null].flatMap((operation, step) => {
      const here = own.filter((edit) => edit.step === step);
      const inserted = here.flatMap((edit) => (edit.kind === 'insert' ? edit.operations : []));
      const converted = here.find((edit) => edit.kind === 'convert');
      const kept = operation === null ? [] : [stepText(operation)];
      return [
        ...inserted.map((other) => `+${stepText(other)}`),
        ...(converted === undefined ? kept : [`+${stepText(converted.operation)} for ${kept.join('')}`]),
      ];
    });
    return [`t${thread}: ${texts.join(' · ')}`];
  });
}

/** A step as an explanation calls it. */
export function stepText(operation: Operation): string {
  switch (operation.op) {
    case 'wait':
    case 'flush':
      return operation.op;
    case 'fsync':
    case 'fdatasync':
      return `${operation.op} of file ${operation.file}`;
    case 'barrier':
      return operation.count === 0 ? 'empty barrier' : `barrier ${sectorRange(operation.sector ?? 0, operation.count)}`;
    case 'fua':
      return `fua write ${sectorRange(operation.sector, operation.count)}`;
    case 'write':
    case 'bufwrite':
    case 'discard':
    case 'read':
      return `${operation.op} ${sectorRange(operation.sector, operation.count)}`;
  }
}
