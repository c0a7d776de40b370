/** `--ring slots=…,start=…`, `--features barrier=…`, `--backend-options image=…` and `--disk cache=…,fua=…`: the settings of disk.md by name. */
import { type BackendOptions, type DiskConfig, type Features, type RingConfig, RINGS_MAX } from '../../stack/config.ts';
import { pairsOf, parseInteger, parseName } from '../values.ts';

export function parseRing(text: string, name: string, previous: Partial<RingConfig> | undefined): Partial<RingConfig> {
  const ring: Record<string, number> = {};
  for (const [key, value] of pairsOf(text, name, ['slots', 'start', 'rings'])) {
    const place = `${name} ${key}`;
    if (key === 'slots') ring[key] = Number(parseName(value, place, 'number of slots', ['2', '4', '8', '16', '32']));
    else if (key === 'start') ring[key] = parseInteger(value, place, 0, 2 ** 32 - 1);
    else ring[key] = parseInteger(value, place, 1, RINGS_MAX);
  }
  return { ...previous, ...ring };
}

/** The nodes of XenStore without their `feature-`. */
const FEATURE_KEYS: Readonly<Record<string, keyof Features>> = {
  barrier: 'barrier',
  'flush-cache': 'flushCache',
  'barrier-after': 'barrierAfter',
};
export const FEATURE_VALUE_NAMES = ['absent', '0', '1'] as const;

export function parseFeatures(text: string, name: string, previous: Partial<Features> | undefined): Partial<Features> {
  const features: Record<string, unknown> = {};
  for (const [key, word] of pairsOf(text, name, Object.keys(FEATURE_KEYS))) {
    const value = parseName(word, `${name} ${key}`, 'value', FEATURE_VALUE_NAMES);
    features[FEATURE_KEYS[key]] = value === 'absent' ? value : Number(value);
  }
  return { ...previous, ...features };
}

/** The options of user-space backends by name, as `modes` lists them. */
export const BACKEND_OPTION_VALUES: Readonly<Record<string, readonly string[]>> = {
  image: ['full', 'sparse', 'fallocated'],
  open: ['direct', 'dsync', 'sync', 'buffered'],
  fdatasync: ['yes', 'no'],
  preallocate: ['yes', 'no'],
};

export function parseBackendOptions(text: string, name: string, previous: BackendOptions | undefined): BackendOptions {
  const options: Record<string, unknown> = {};
  for (const [key, word] of pairsOf(text, name, Object.keys(BACKEND_OPTION_VALUES))) {
    const value = parseName(word, `${name} ${key}`, 'value', BACKEND_OPTION_VALUES[key]);
    options[key] = key === 'fdatasync' || key === 'preallocate' ? value === 'yes' : value;
  }
  return { ...previous, ...options };
}

const DISK_NAMES: Readonly<Record<string, readonly string[]>> = {
  cache: ['none', 'writeback', 'nonvolatile'],
  fua: ['yes', 'no'],
  tags: ['honoured', 'ignored'],
  destage: ['any', 'fifo', 'epoch'],
  flush: ['honest', 'ignored'],
  atomic: ['512', '4096'],
};

/** The settings of disk.md by name, as `modes` lists them. */
export const DISK_VALUES: Readonly<Record<string, readonly string[]>> = { ...DISK_NAMES, depth: ['1 to 256'] };

export function parseDisk(text: string, name: string, previous: Partial<DiskConfig> | undefined): Partial<DiskConfig> {
  const disk: Record<string, unknown> = {};
  for (const [key, value] of pairsOf(text, name, Object.keys(DISK_VALUES))) {
    const place = `${name} ${key}`;
    if (key === 'depth') disk[key] = parseInteger(value, place, 1, 256);
    else disk[key] = diskValue(key, parseName(value, place, 'value', DISK_NAMES[key]));
  }
  return { ...previous, ...disk };
}

function diskValue(key: string, value: string): string | number | boolean {
  if (key === 'fua') return value === 'yes';
  return key === 'atomic' ? Number(value) : value;
}
