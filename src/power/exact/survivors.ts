/**
 * What each sector may be left with, as far as a question about single sectors needs it (atomic unit 512, destage any):
 * the least key of the versions that may be there, and the latest submit of a write that may stand there. A new version
 * only makes the one smaller and the other larger; when the floor moves, the sector is looked at anew.
 */
import { type History, KIND, STATUS, VERSION } from '../../base/history.ts';
import { NIL, type Bios } from '../../stack/block/bios.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import type { Disk } from '../../stack/disk/disk.ts';
import { IntList } from '../../stack/journal.ts';
import { NEVER, type Precedence } from './precedence.ts';

export class Survivors {
  /** Least key of a version that may be at the sector. */
  leastKey: Int32Array = new Int32Array(0);
  /** Latest submit of a write, and of an unfailed barrier's payload, that may be there; 0: none. */
  standing: Int32Array = new Int32Array(0);
  standingBarrier: Int32Array = new Int32Array(0);
  /** Sectors of the command last started or finished. */
  readonly touched: IntList = new IntList();
  /** Started writes by sector, and by tag for taking them away again. */
  private startedAt: Int32Array = new Int32Array(0);
  private readonly tagHead: Int32Array = new Int32Array(256);
  private free: number = NIL;
  private readonly version: IntList = new IntList();
  private readonly sector: IntList = new IntList();
  private readonly nextOfSector: IntList = new IntList();
  private readonly nextOfTag: IntList = new IntList();
  private history!: History;
  private readonly disk: Disk;
  private readonly bios: Bios;
  private readonly precedence: Precedence;

  constructor(disk: Disk, bios: Bios, precedence: Precedence) {
    this.disk = disk;
    this.bios = bios;
    this.precedence = precedence;
  }

  begin(history: History): void {
    this.history = history;
    if (this.leastKey.length < history.sectorCount) {
      this.leastKey = new Int32Array(history.sectorCount);
      this.standing = new Int32Array(history.sectorCount);
      this.standingBarrier = new Int32Array(history.sectorCount);
      this.startedAt = new Int32Array(history.sectorCount);
    }
    this.leastKey.fill(0);
    this.standing.fill(0);
    this.standingBarrier.fill(0);
    this.startedAt.fill(NIL);
    this.tagHead.fill(NIL);
    this.free = NIL;
    for (const list of [this.version, this.sector, this.nextOfSector, this.nextOfTag]) list.clear();
  }

  /** A write command has started: its versions may be on the medium from now on. */
  started(tag: number): void {
    const { bios } = this;
    const { commands } = this.disk;
    const discard = (commands.flags[tag] & COMMAND.discard) !== 0;
    this.touched.clear();
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.next[bio]) {
      const version = discard ? VERSION.initial : bios.version[bio];
      const end = bios.sector[bio] + bios.count[bio];
      for (let x = bios.sector[bio]; x < end; x++) {
        this.link(tag, x, version);
        this.join(x, version);
        this.touched.push(x);
      }
    }
  }

  /** It has completed: its versions are cached, or on the medium, and the disk knows of them. */
  finished(tag: number): void {
    for (let entry = this.tagHead[tag]; entry !== NIL;) {
      const next = this.nextOfTag.items[entry];
      this.unlink(entry);
      entry = next;
    }
    this.tagHead[tag] = NIL;
  }

  /** The floor of the sector has moved. */
  renew(x: number): void {
    const { media } = this.disk;
    this.leastKey[x] = NEVER;
    this.standing[x] = 0;
    this.standingBarrier[x] = 0;
    this.join(x, media.floor[x]);
    for (let node = media.unitHead[x]; node !== NIL; node = media.newer[node]) this.join(x, media.content[node]);
    for (let entry = this.startedAt[x]; entry !== NIL; entry = this.nextOfSector.items[entry])
      this.join(x, this.version.items[entry]);
  }

  /** The least key, looked up anew while none of the versions has ended. */
  keyAt(x: number): number {
    if (this.leastKey[x] === NEVER) this.renew(x);
    return this.leastKey[x];
  }

  private join(x: number, version: number): void {
    const key = this.precedence.keyOfVersion(version, x);
    if (key < this.leastKey[x]) this.leastKey[x] = key;
    if (version < 0) return;
    const { history } = this;
    const submit = history.submit[version];
    if (submit > this.standing[x]) this.standing[x] = submit;
    const barrier = history.kind[version] === KIND.barrier && history.status[version] <= STATUS.ok;
    if (barrier && submit > this.standingBarrier[x]) this.standingBarrier[x] = submit;
  }

  private link(tag: number, x: number, version: number): void {
    let entry = this.free;
    if (entry === NIL) {
      entry = this.version.count;
      for (const list of [this.version, this.sector, this.nextOfSector, this.nextOfTag]) list.push(NIL);
    } else this.free = this.nextOfTag.items[entry];
    this.version.items[entry] = version;
    this.sector.items[entry] = x;
    this.nextOfSector.items[entry] = this.startedAt[x];
    this.startedAt[x] = entry;
    this.nextOfTag.items[entry] = this.tagHead[tag];
    this.tagHead[tag] = entry;
  }

  private unlink(entry: number): void {
    const { nextOfSector } = this;
    const x = this.sector.items[entry];
    let at = this.startedAt[x];
    if (at === entry) this.startedAt[x] = nextOfSector.items[entry];
    else {
      while (nextOfSector.items[at] !== entry) at = nextOfSector.items[at];
      nextOfSector.items[at] = nextOfSector.items[entry];
    }
    this.nextOfTag.items[entry] = this.free;
    this.free = entry;
  }
}
