/** A backend with the options it was given, in words. */
import type { StackConfig } from '../stack/config.ts';

/** `tapdisk`, or `tapdisk image=sparse,fdatasync=yes`. */
export function backendWords({
  backend,
  backendOptions = {},
}: Pick<StackConfig, 'backend' | 'backendOptions'>): string {
  const options = Object.entries(backendOptions).map(([name, value]) => `${name}=${wordOf(value)}`);
  return options.length === 0 ? backend : `${backend} ${options.join()}`;
}

function wordOf(value: string | boolean): string {
  if (typeof value === 'string') return value;
  return value ? 'yes' : 'no';
}
