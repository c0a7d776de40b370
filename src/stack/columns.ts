/** What a history takes from the program that it will tell of: its columns, which no run writes. */
import type { History } from '../base/history.ts';
import type { Program } from '../guest/program.ts';

export function beginHistory(history: History, program: Program): void {
  history.reset(program.opCount, program.sectorCount, program.readSectorCount);
  history.kind = program.kind;
  history.thread = program.thread;
  history.file = program.file;
  history.sector = program.sector;
  history.count = program.count;
  history.readStart = program.readStart;
}
