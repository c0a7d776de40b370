/**
 * What lower layers have failed to store, as a history shows it (contract.md, "refused" and the early status): noted in
 * the step in which a command fails or a request is refused, taken back when the data is stored after all.
 * A backend that tries again by itself tells nobody of an error: what it has not stored is noted all the same. Sectors of
 * its own (metadata) are none of the guest's business.
 */
import { type History, KIND, STATUS } from '../base/history.ts';
import { OWNER_HOST_PAGES } from './backend/hostcache.ts';
import { BIO_AT, NIL } from './block/bios.ts';
import { REQ, REQ_AT, type Requests } from './block/requests.ts';
import { COMMAND } from './disk/commands.ts';
import type { Layers } from './layers.ts';

export class Refusals {
  private readonly parts: Layers;

  constructor(parts: Layers) {
    this.parts = parts;
  }

  /** @param keepsPages what the host's page cache could not send stays dirty there, and is not given up. */
  note({ rows }: Requests, rq: number, status: number, keepsPages: boolean): void {
    const { bios, history } = this.parts;
    const flags = rows[rq + REQ_AT.flags];
    if (rows[rq + REQ_AT.count] === 0) return this.noteStatus(rows[rq + REQ_AT.op], status);
    if ((flags & REQ.write) === 0 || (flags & REQ.discard) !== 0) return;
    for (let bio = rows[rq + REQ_AT.bioHead]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      if (keepsPages && bios.rows[bio + BIO_AT.owner] === OWNER_HOST_PAGES) continue;
      const op = bios.rows[bio + BIO_AT.version];
      if (op < 0) continue;
      const from = bios.rows[bio + BIO_AT.sector];
      for (let x = from; x < from + bios.rows[bio + BIO_AT.count]; x++) {
        // It may have failed before.
        history.removeRefused(op, this.guestSectorOf(x));
        history.addRefused(op, this.guestSectorOf(x));
      }
      this.noteStatus(op, status);
    }
  }

  /** The operation will hear of it; a buffered write has completed long ago. */
  private noteStatus(op: number, status: number): void {
    const { history, journal } = this.parts;
    if (op < 0 || this.triesAgain || !mayFail(history, op)) return;
    history.status[op] = status;
    journal.noteRewritten();
  }
  /** A command is about to complete: what had been refused of it before is stored after all. */
  noteStored(tag: number): void {
    const { bios, history, disk } = this.parts;
    if (history.refusedCount === 0 || (disk.commands.flags[tag] & COMMAND.write) === 0) return;
    for (let bio = disk.commands.bioHead[tag]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      const from = bios.rows[bio + BIO_AT.sector];
      for (let x = from; x < from + bios.rows[bio + BIO_AT.count]; x++)
        history.removeRefused(bios.rows[bio + BIO_AT.version], this.guestSectorOf(x));
    }
  }

  private get triesAgain(): boolean {
    const { transport } = this.parts;
    return transport !== null && transport.backend.failed !== null;
  }

  private guestSectorOf(sector: number): number {
    const decoder = this.parts.transport?.decoder ?? null;
    return decoder === null ? sector : decoder.guestSectorOf(sector);
  }

  /** Requests that the backend answers with an error, however it came to that: their operations will hear of it. */
  look(): void {
    const { journal, transport } = this.parts;
    // What completes may have been marked as refused before.
    journal.noteRewritten();
    if (transport === null) return;
    const { pending } = transport.backend;
    for (let i = 0; i < pending.done.count; i++) {
      const row = pending.done.items[i];
      if (pending.status[row] !== STATUS.ok) this.noteAll(transport.front.shadow.request[row], pending.status[row]);
    }
  }

  private noteAll(rq: number, status: number): void {
    const { bios, queue } = this.parts;
    const { rows } = queue.state.requests;
    this.noteStatus(rows[rq + REQ_AT.op], status);
    for (let bio = rows[rq + REQ_AT.bioHead]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next])
      this.noteStatus(bios.rows[bio + BIO_AT.op], status);
  }
}

function mayFail({ kind, complete, status }: History, op: number): boolean {
  return kind[op] !== KIND.bufwrite && complete[op] === 0 && status[op] === STATUS.none;
}
