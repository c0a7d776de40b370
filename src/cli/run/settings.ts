/** `--ring slots=…,start=…` and `--disk cache=…,fua=…`: the settings of disk.md by name. */
import type { DiskConfig, RingConfig } from '../../stack/config.ts';
import { pairsOf, parseInteger, parseName } from '../values.ts';

export function parseRing(text: string, name: string, previous: Partial<RingConfig> | undefined): Partial<RingConfig> {
  const ring: Record<string, number> = {};
  for (const [key, value] of pairsOf(text, name, ['slots', 'start'])) {
    const place = `${name} ${key}`;
    if (key === 'slots') ring[key] = Number(parseName(value, place, 'number of slots', ['2', '4', '8', '16', '32']));
    else ring[key] = parseInteger(value, place, 0, 2 ** 32 - 1);
  }
  return { ...previous, ...ring };
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
