/**
 * The history document (contract.md) as the second oracle reads it: plain immutable objects. Nothing in this folder imports
 * from src: it is written from contract.md and disk.md alone, so that an agreement with src means something.
 */

/** What one sector holds: the id of a write, -1 for the initial content, or a marker. */
export type Version = number | 'torn' | 'stale' | 'misplaced';

export interface Operation {
  readonly id: number;
  readonly kind: string;
  readonly file?: number;
  readonly sector?: number;
  readonly count?: number;
  readonly submit: number;
  readonly complete: number | null;
  readonly status: 'ok' | 'eio' | 'eopnotsupp' | null;
  readonly versions?: readonly Version[];
}

export type DiskEvent =
  | {
      readonly at: number;
      readonly ev: 'write';
      readonly sector: number;
      readonly versions: readonly Version[];
      readonly tag: 'simple' | 'ordered';
      readonly fua: boolean;
    }
  | { readonly at: number; readonly ev: 'flush'; readonly tag: 'simple' | 'ordered' }
  | {
      readonly at: number;
      readonly ev: 'discard';
      readonly sector: number;
      readonly count: number;
      readonly tag: 'simple' | 'ordered';
    }
  | { readonly at: number; readonly ev: 'complete'; readonly of: number; readonly status?: string };

export interface DiskModel {
  readonly cache: 'none' | 'writeback' | 'nonvolatile';
  readonly fua: boolean;
  readonly tags: 'honoured' | 'ignored';
  readonly destage: 'any' | 'fifo' | 'epoch';
  readonly flush: 'honest' | 'ignored';
  readonly atomic: number;
}

export interface HistoryDocument {
  readonly sectors: number;
  readonly scope?: string;
  readonly ops: readonly Operation[];
  readonly crash: { readonly at: number } | null;
  readonly image: readonly (readonly [sector: number, version: Version])[];
  readonly refused?: readonly (readonly [id: number, sector: number])[];
  readonly twice?: readonly number[];
  readonly disk?: readonly DiskEvent[];
  readonly diskModel?: DiskModel;
}

/** A whole image: one version per sector. */
export type Image = readonly Version[];

/** An image written as one string, so that sets of images can be compared. */
export const canonical = (image: Image): string => image.join(' ');

/** The image that the document shows, with every sector spelled out. */
export function imageOf(document: HistoryDocument): Image {
  const held = new Map(document.image);
  return Array.from({ length: document.sectors }, (_, sector) => held.get(sector) ?? -1);
}

/** The image behind a canonical string. */
export function parseImage(text: string): Image {
  return text
    .split(' ')
    .map((word) => (word === 'torn' || word === 'stale' || word === 'misplaced' ? word : Number(word)));
}
