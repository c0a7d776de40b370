/** A recorded stream of 100,000 writes: read by the parser, run through drain-flush, cut short by power loss, judged; then every crash point decided. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Runner } from '../../dist/fuzz/runner.js';
import { LogWritesParser } from '../../dist/guest/stream/logwrites.js';
import { programOfStream } from '../../dist/guest/stream/replay.js';
import { STACK_DEFAULT } from '../../dist/stack/config.js';

const WRITES = 100_000;
const SECTORS = 262_144;

/** In a process of its own, so that its memory is its own. */
export async function measureStream() {
  const child = fork(fileURLToPath(import.meta.url), ['--child']);
  const [figures] = await once(child, 'message');
  return figures;
}

function run() {
  const start = process.hrtime.bigint();
  const parser = new LogWritesParser();
  for (const chunk of log()) parser.push(chunk);
  const program = programOfStream(parser.end());
  const seconds = () => Number(process.hrtime.bigint() - start) / 1e9;
  runnerOf(program, 'sample').run(0);
  const sampled = seconds();
  const megabytesMax = Math.round(process.resourceUsage().maxRSS / 1024);
  const runner = runnerOf(program, 'exact');
  runner.run(0);
  return {
    writes: WRITES,
    operations: program.opCount,
    events: runner.stepCount,
    seconds: sampled,
    megabytesMax,
    secondsDecided: seconds() - sampled,
  };
}

function runnerOf(program, check) {
  const disk = { ...STACK_DEFAULT.disk, sectors: program.sectorCount };
  return new Runner({
    seed: 'bench',
    stack: { ...STACK_DEFAULT, mode: 'drain-flush', disk },
    scope: 'power',
    check,
    ops: program.opCount,
    threads: 1,
    program,
  });
}

/** A dm-log-writes log of 4 KiB writes, every tenth followed by a flush, in pieces. */
function* log() {
  const entries = WRITES + WRITES / 10;
  const head = Buffer.alloc(512);
  head.writeBigUInt64LE(0x6a736677736872n, 0);
  head.writeBigUInt64LE(1n, 8);
  head.writeBigUInt64LE(BigInt(entries), 16);
  head.writeUInt32LE(512, 24);
  yield head;
  for (let i = 0; i < WRITES; i++) {
    const write = Buffer.alloc(512 + 4096);
    write.writeBigUInt64LE(BigInt((Math.imul(i, 2654435761) >>> 3) % (SECTORS / 8)) * 8n, 0);
    write.writeBigUInt64LE(8n, 8);
    yield write;
    if (i % 10 !== 9) continue;
    const flush = Buffer.alloc(512);
    flush.writeBigUInt64LE(1n, 16);
    yield flush;
  }
}

if (process.argv[2] === '--child') process.send(run());
