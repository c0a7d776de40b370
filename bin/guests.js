/**
 * Makes the table of docs/guests.md: what becomes of each guest's promise through two crashes, by backend, disk and mode.
 * Every mark comes from the model, by seed. `node bin/guests.js` prints the page; `--write` puts it in its place.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GUARANTEE, VERDICT } from '../dist/contract/guarantees.js';
import { Runner } from '../dist/fuzz/runner.js';
import { GUESTS } from '../dist/guest/operation.js';
import { MODES, STACK_DEFAULT } from '../dist/stack/config.js';

const PAGE = fileURLToPath(new URL('../docs/guests.md', import.meta.url));
const TABLE = /(<!-- table: node bin\/guests.js -->\n)[^]*?(\n<!-- end of table -->)/;
const SYSTEMS = [
  { backend: 'blkback', disk: { cache: 'writeback' }, name: '`blkback`, cache=writeback' },
  { backend: 'blkback', disk: { cache: 'none' }, name: '`blkback`, cache=none' },
  { backend: 'direct', disk: { cache: 'writeback' }, name: '`direct`, cache=writeback' },
  { backend: 'direct', disk: { cache: 'none' }, name: '`direct`, cache=none' },
  { backend: 'direct', disk: { cache: 'none', tags: 'ignored' }, name: '`direct`, cache=none,tags=ignored' },
];
const RUNS = 30;
const OPS = 24;

function markOf(backend, disk, guest, mode) {
  const stack = { ...STACK_DEFAULT, mode, backend, disk: { ...STACK_DEFAULT.disk, ...disk } };
  const shape = { ops: OPS, threads: 1, guest, secondCrash: true };
  const runner = new Runner({ seed: 'guests', stack, scope: 'power', check: 'exact', ...shape });
  let mark = '·';
  for (let run = 0; run < RUNS; run++) {
    runner.run(run);
    const code = runner.code[GUARANTEE.guestPromise];
    if (code === VERDICT.violated) return '✗';
    if (code === VERDICT.holds) mark = '✓';
  }
  return mark;
}

function tableOf() {
  const rows = SYSTEMS.flatMap(({ backend, disk, name }) =>
    GUESTS.map((guest) => {
      const marks = MODES.map((mode) => markOf(backend, disk, guest, mode));
      return `| ${name} | ${[guest, ...marks].join(' | ')} |`;
    }),
  );
  return [
    `\`guest-promise\` with \`--second-crash\`, ${RUNS} runs a cell of ${OPS} operations each, every crash point of the first run and every step of some recoveries decided; ✓ holds, ✗ violated, · nothing was promised:`,
    '',
    `| backend, disk | guest | ${MODES.join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(MODES.length)}`,
    ...rows,
  ].join('\n');
}

const page = readFileSync(PAGE, 'utf8').replace(TABLE, (_, begin, end) => `${begin}${tableOf()}${end}`);
if (process.argv.includes('--write')) writeFileSync(PAGE, page);
else process.stdout.write(page);
