/**
 * Builds src into dist. npm runs it on install and `npx blkfuzz` on every call, so it does nothing, and says nothing,
 * when dist is fresh; a new dist is built beside the old one and put in its place by renaming, so that whoever runs
 * from dist never sees half of it, however many builds there are at once.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inline } from './inline.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const target = join(root, 'dist');
const building = join(root, `.build-${process.pid}`);
const STAMP = '.stamp';

/** The sources relative to src, in a fixed order. */
function listSources() {
  return readdirSync(source, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** The folder of the compiler and the parser, or null where only the package itself is installed. */
function findCompiler() {
  const require = createRequire(import.meta.url);
  try {
    return { folder: dirname(require.resolve('typescript/package.json')), parser: require('oxc-parser') };
  } catch {
    return null;
  }
}

/** A digest of everything that decides what dist holds. */
function stampOf(sources, compiler) {
  const hash = createHash('sha256');
  const add = (name, path) => hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
  for (const name of sources) add(name, join(source, name));
  for (const name of ['package.json', 'tsconfig.json']) add(name, join(root, name));
  add('inline', join(root, 'bin/inline.js'));
  add('typescript', join(compiler.folder, 'package.json'));
  return hash.digest('hex');
}

function isFresh(stamp, sources) {
  if (stampOfTarget() !== stamp) return false;
  return sources.every((name) => name.endsWith('.d.ts') || existsSync(join(target, name.replace(/\.ts$/, '.js'))));
}

function stampOfTarget() {
  try {
    return readFileSync(join(target, STAMP), 'utf8');
  } catch {
    return null;
  }
}

/** Renames the finished folder to dist, unless another build of the same sources came first. */
function swap(stamp, sources) {
  const old = `${building}-old`;
  for (let swapped = false; !swapped && !isFresh(stamp, sources);) {
    renameUnless('ENOENT', target, old);
    // Another build may put its dist there between the two renames: then look again.
    swapped = renameUnless('ENOTEMPTY', building, target);
    rmSync(old, { recursive: true, force: true });
  }
}

/** Renames a folder; false when that failed for the expected reason. */
function renameUnless(reason, from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error.code !== reason) throw error;
    return false;
  }
}

/** Removes what this build, and builds that were killed, left beside dist. */
function removeLeftovers() {
  for (const name of readdirSync(root)) {
    const pid = /^\.build-(\d+)(-old)?$/.exec(name)?.[1];
    if (pid === undefined) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid)))
      rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Builds what is not fresh; returns the exit code. */
function build() {
  if (!existsSync(source)) return 0;
  const compiler = findCompiler();
  if (compiler === null) {
    if (existsSync(target)) return 0;
    console.error('there is no dist yet and typescript, which builds it, is not installed: run npm ci');
    return 1;
  }
  const sources = listSources();
  const stamp = stampOf(sources, compiler);
  if (isFresh(stamp, sources)) return 0;
  try {
    const tsc = spawnSync(process.execPath, [join(compiler.folder, 'bin/tsc'), '-p', root, '--outDir', building], {
      encoding: 'utf8',
    });
    if (tsc.status !== 0) {
      process.stderr.write(`${tsc.stdout}${tsc.stderr}${tsc.error ?? ''}\n`);
      return 1;
    }
    inline(building, (text) => compiler.parser.parseSync('module.js', text).program);
    writeFileSync(join(building, STAMP), stamp);
    swap(stamp, sources);
    return 0;
  } finally {
    removeLeftovers();
  }
}

process.exitCode = build();
