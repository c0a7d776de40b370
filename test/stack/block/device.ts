/** A queue over a device that takes whatever it is given and completes it when told to; what happens is kept as text. */
import { STATUS, STATUS_NAMES } from '../../../src/base/history.ts';
import { BIO, Bios, NIL, BIO_AT } from '../../../src/stack/block/bios.ts';
import { Queue } from '../../../src/stack/block/queue.ts';
import type { QueueSettings } from '../../../src/stack/block/settings.ts';
import { BAR, POST, PRE, REQ, REQ_AT } from '../../../src/stack/block/requests.ts';
import { DISK_LIMITS } from '../../../src/stack/block/state.ts';

const SETTINGS: QueueSettings = {
  mode: 'drain',
  scheduler: 'noop',
  limits: DISK_LIMITS,
  flushIsFs: false,
  hasFua: false,
  hasFlush: true,
};

interface Event {
  readonly kind: 'issue' | 'complete' | 'end';
  readonly text: string;
}

/** A request at the driver, and the bios it is there for as `[sector, count]`. */
export interface Issued {
  readonly rq: number;
  readonly name: string;
  readonly sector: number;
  readonly count: number;
  readonly bios: readonly string[];
  readonly isWrite: boolean;
}

export class Device {
  readonly bios: Bios = new Bios();
  readonly queue: Queue;
  /** At the driver, in the order of issue. */
  readonly issued: Issued[] = [];
  /** Names of the bios that have ended, with their status. */
  readonly ended: string[] = [];
  /** Whether every bio's end is told in the trace; otherwise only that of barriers and flushes. */
  tellsAll = false;
  private readonly names: string[] = [];
  private readonly events: Event[] = [];
  private readonly told = new Set<string>();

  constructor(settings: Partial<QueueSettings>) {
    this.queue = new Queue(this.bios, this, { ...SETTINGS, ...settings });
    this.queue.reset();
  }

  /** The trace so far: what was issued in a row stands together, everything else by itself. */
  get trace(): string {
    let text = '';
    this.events.forEach((event, index) => {
      const joined = event.kind === 'issue' && this.events[index - 1]?.kind === 'issue';
      text += (index === 0 ? '' : joined ? ' ' : '; ') + event.text;
    });
    return text;
  }

  /** Hands in one bio; its number serves as version and owner. */
  submit(name: string, flags: number, sector: number, count: number): void {
    const number = this.names.push(name) - 1;
    if ((flags & (BIO.barrier | BIO.flush)) !== 0) this.told.add(name);
    this.queue.submit(this.bios.alloc(flags, sector, count, number, number, number));
  }

  write(name: string, sector: number, count = 1): void {
    this.submit(name, BIO.write, sector, count);
  }

  read(name: string, sector: number, count = 1): void {
    this.submit(name, 0, sector, count);
  }

  barrier(name: string, sector: number, count: number): void {
    this.submit(name, BIO.write | BIO.barrier, sector, count);
  }

  /** The driver takes all it can get, or at most so many. */
  run(requestCountMax = Infinity): void {
    this.queue.unplug();
    for (let i = 0; i < requestCountMax; i++) {
      const rq = this.queue.peek();
      if (rq === NIL) return;
      this.start(rq);
    }
  }

  start(rq: number): void {
    const { requests } = this.queue.state;
    const bios: string[] = [];
    for (let bio = requests.rows[rq + REQ_AT.bioHead]; bio !== NIL; bio = this.bios.rows[bio + BIO_AT.next])
      bios.push(this.names[this.bios.rows[bio + BIO_AT.owner]]);
    this.queue.start(rq);
    const isWrite = (requests.rows[rq + REQ_AT.flags] & REQ.write) !== 0;
    const name = this.nameOf(rq, bios);
    this.issued.push({
      rq,
      name,
      sector: requests.rows[rq + REQ_AT.sector],
      count: requests.rows[rq + REQ_AT.count],
      bios,
      isWrite,
    });
    this.events.push({ kind: 'issue', text: name });
  }

  /** Completes what was issued first, or the request of that name. */
  complete(name?: string, status: number = STATUS.ok): void {
    const place = name === undefined ? 0 : this.issued.findIndex((issued) => issued.name === name);
    const [issued] = this.issued.splice(place, 1);
    this.events.push({ kind: 'complete', text: `c ${issued.name}` });
    this.queue.complete(issued.rq, status);
  }

  /** The driver hands a request that it has started back. */
  requeue(name: string): void {
    const place = this.issued.findIndex((issued) => issued.name === name);
    const [issued] = this.issued.splice(place, 1);
    this.queue.requeue(issued.rq);
  }

  /** Completes in the order of issue, and lets the driver run after each, until nothing is left. */
  drain(): void {
    for (this.run(); this.issued.length > 0; this.run()) this.complete();
  }

  bioEnded(bio: number, status: number): void {
    const name = this.names[this.bios.rows[bio + BIO_AT.owner]];
    this.ended.push(`${name} ${STATUS_NAMES[status]}`);
    if (this.tellsAll || this.told.has(name))
      this.events.push({ kind: 'end', text: `end ${name} ${STATUS_NAMES[status]}` });
  }

  private nameOf(rq: number, bios: readonly string[]): string {
    const fua = (this.queue.state.requests.rows[rq + REQ_AT.flags] & REQ.fua) !== 0 ? '+FUA' : '';
    if (rq === PRE) return 'PRE';
    if (rq === BAR) return `BAR${fua}`;
    if (rq === POST) return 'POST';
    return bios.join('') + fua;
  }
}
