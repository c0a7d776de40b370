/** The stack of a trial in a few words: what it has other than the default one. */
import type { Trial } from '../../fuzz/mutants/row.ts';
import { DISK_DEFAULT, type Features, STACK_DEFAULT } from '../../stack/config.ts';

/** As XenStore calls them. */
const FEATURE_WORDS: Readonly<Record<keyof Features, string>> = {
  barrier: 'feature-barrier',
  flushCache: 'feature-flush-cache',
  barrierAfter: 'feature-barrier after migration',
};

export function stackWords({ stack, scope, ops, workload, guest }: Trial): string {
  const { mode, frontend, features = {}, backend, backendOptions = {}, ring, disk, faults = [] } = stack;
  const options = Object.entries(backendOptions).map(([key, value]) => `${key}=${word(value)}`);
  const settings = Object.entries(disk)
    .filter(([key, value]) => DISK_DEFAULT[key as keyof typeof DISK_DEFAULT] !== value)
    .map(([key, value]) => `${key}=${word(value)}`);
  const ringWords = [
    ...(ring.slots === STACK_DEFAULT.ring.slots ? [] : [`ring slots=${ring.slots},start=${ring.start}`]),
    ...(ring.rings === undefined ? [] : [`${ring.rings} rings`]),
  ];
  const written = Object.entries(features).map(([key, value]) => `${FEATURE_WORDS[key as keyof Features]}=${value}`);
  return [
    mode,
    ...(frontend === STACK_DEFAULT.frontend ? [] : [`frontend ${frontend}`]),
    backend,
    ...written,
    ...options,
    ...settings,
    ...ringWords,
    ...(scope === 'power' ? [] : [`crash ${scope}`]),
    ...(faults.length === 0 ? [] : [`faults ${faults.join()}`]),
    ...(guest === undefined ? [] : [`guest ${guest}`]),
    workload === undefined ? `${ops} operations` : 'a workload of its own',
  ].join(', ');
}

function word(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
