/** Which user-space backend a configuration asks for. */
import type { Decoder } from '../decoder.ts';
import type { HostCache } from '../hostcache.ts';
import type { ImageFile } from './imageFile.ts';
import { Tapdisk } from './tapdisk.ts';
import type { Surroundings, Userspace } from './userspace.ts';
import { Vhd } from './vhd.ts';

/** A backend with what others have to know of it. */
interface Made {
  readonly backend: Userspace;
  readonly cache: HostCache | null;
  readonly file: ImageFile | null;
  readonly decoder: Decoder | null;
}

export function createUserspace(surroundings: Surroundings): Made {
  if (surroundings.config.backend === 'tapdisk-vhd') {
    const backend = new Vhd(surroundings);
    return { backend, cache: null, file: null, decoder: backend.decoder };
  }
  const backend = new Tapdisk(surroundings);
  const { decoder } = backend;
  const file = decoder.hasMetadata ? decoder : null;
  return { backend, cache: decoder.cache, file, decoder: file };
}
