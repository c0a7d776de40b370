/** Who may import whom (docs/architecture.md): downwards only, type-only imports included, and each package in its one place. */
import { isBuiltin } from 'node:module';
import { importsOf, resolveImport } from './syntax.ts';
import type { TextFile } from './tree.ts';

const GUEST_CORE = ['guest/operation.ts', 'guest/program.ts'];
const STACK = ['base/', ...GUEST_CORE, 'stack/'];
const RUN = ['base/', 'guest/', 'contract/', 'stack/', 'power/', 'case/', 'fuzz/'];
const EFFECTS = [...RUN, 'campaign/', 'corpus/', 'live/'];

/** What each part of src may import besides itself; the longest prefix of a path counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'base/': [],
  'guest/operation.ts': ['base/'],
  'guest/program.ts': ['base/', 'guest/operation.ts'],
  'contract/': ['base/'],
  'stack/': STACK,
  'power/': [...STACK, 'contract/guarantees.ts'],
  'case/': [
    'base/',
    ...GUEST_CORE,
    'stack/config.ts',
    'stack/layout.ts',
    'stack/nonsense.ts',
    'stack/actions.ts',
    'stack/mutants.ts',
    'contract/guarantees.ts',
  ],
  'guest/': [...STACK, 'power/', 'case/'],
  'fuzz/': RUN,
  'campaign/': RUN,
  'corpus/': ['base/', 'case/', 'contract/guarantees.ts'],
  'live/': RUN,
  'report/': EFFECTS,
  'cli/': [...EFFECTS, 'report/'],
  'blkfuzz.ts': [''],
};

/** The parts that may import each package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  seedrandom: ['base/random.ts'],
  'fast-check': ['guest/'],
  valibot: ['case/', 'contract/'],
  piscina: ['campaign/'],
  chalk: ['report/'],
  commander: ['cli/'],
};

/** The parts that have effects on the world and so may use what comes with node. */
const EFFECTFUL = ['corpus/', 'campaign/', 'live/', 'report/', 'cli/'];

/** Complaints about imports that go upwards or out of the place of a package. */
export function checkLayers(files: readonly TextFile[]): string[] {
  return files.flatMap((file) => {
    const part = partOf(file.path);
    if (part === null)
      return [`${file.path} lies in no layer: move it, or give its folder a line in test/tidy/layers.ts`];
    return importsOf(file).flatMap(({ specifier, line }) => {
      const target = resolveImport(file.path, specifier);
      const reason = target === null ? packageReason(file.path, specifier) : layerReason(part, target);
      return reason === null ? [] : [`${file.path}:${line} imports ${specifier}: ${reason}`];
    });
  });
}

/** Complaints about files that import each other in a ring, one per ring. */
export function checkCycles(files: readonly TextFile[]): string[] {
  const targets = new Map(
    files.map((file) => [file.path, importsOf(file).map(({ specifier }) => resolveImport(file.path, specifier))]),
  );
  const finished = new Set<string>();
  const rings: string[] = [];
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) rings.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) if (target !== null) follow(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) follow(path, []);
  return rings.map((ring) => `${ring}: move what they share into a file below both`);
}

function partOf(path: string): string | null {
  const inside = path.replace(/^src\//, '');
  const parts = Object.keys(MAY_IMPORT).filter((part) => inside.startsWith(part));
  return parts.sort((a, b) => b.length - a.length)[0] ?? null;
}

function layerReason(part: string, target: string): string | null {
  if (!target.startsWith('src/')) return 'src imports nothing outside src';
  if (!target.endsWith('.ts')) return 'relative imports carry the .ts extension';
  const allowed = [...new Set([...MAY_IMPORT[part], part])];
  if (allowed.some((prefix) => target.slice('src/'.length).startsWith(prefix))) return null;
  return `${part} may import ${allowed.join(', ')} only; move what is shared down, or hand it in from above`;
}

function packageReason(path: string, specifier: string): string | null {
  const inside = path.replace(/^src\//, '');
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `write node:${specifier}`;
  const places = isBuiltin(specifier) ? EFFECTFUL : PACKAGES[name];
  if (places === undefined) return `${name} has no place yet: give it a line in test/tidy/layers.ts`;
  if (inside === 'blkfuzz.ts' || places.some((place) => inside.startsWith(place))) return null;
  return `only ${places.join(', ')} may; take what it gives as an argument`;
}
