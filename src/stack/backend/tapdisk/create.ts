/** Which user-space backend a configuration asks for. */
import type { Bios } from '../../block/bios.ts';
import type { StackConfig } from '../../config.ts';
import type { Planted } from '../../mutants.ts';
import type { Ring } from '../../ring/ring.ts';
import type { Tracer } from '../../trace.ts';
import type { Decoder } from '../decoder.ts';
import type { HostCache } from '../hostcache.ts';
import type { ImageFile } from './imageFile.ts';
import { Tapdisk } from './tapdisk.ts';
import type { Userspace } from './userspace.ts';
import { Vhd } from './vhd.ts';

/** A backend with what others have to know of it. */
interface Made {
  readonly backend: Userspace;
  readonly cache: HostCache | null;
  readonly file: ImageFile | null;
  readonly decoder: Decoder | null;
}

export function createUserspace(
  ring: Ring,
  bios: Bios,
  tracer: Tracer,
  planted: Planted,
  config: StackConfig,
  readVersions: () => Int32Array,
): Made {
  if (config.backend === 'tapdisk-vhd') {
    const backend = new Vhd(ring, bios, tracer, planted, config, readVersions);
    return { backend, cache: null, file: null, decoder: backend.decoder };
  }
  const backend = new Tapdisk(ring, bios, tracer, planted, config, readVersions);
  const { decoder } = backend;
  const file = decoder.hasMetadata ? decoder : null;
  return { backend, cache: decoder.cache, file, decoder: file };
}
