/** A crash that something outlives, told: what was lost with the dead part, and what went on. */
import type { OutageTold } from '../../stack/outage.ts';
import type { Beat, Scene } from './scene.ts';
import { counted } from './wrap.ts';

/** Behind everything of the same time. */
const LAST = Infinity;

export function outageBeats({ replay, case: c }: Scene): Beat[] {
  const { outage } = replay;
  if (outage === null) return [];
  const beats = [{ when: { at: outage.crashedAt, place: LAST }, text: crashText(c.scope, c.stack.backend, outage) }];
  if (outage.resumedAt > 0) beats.push({ when: { at: outage.resumedAt, place: LAST }, text: resumeText(outage) });
  return beats;
}

function crashText(scope: string, backend: string, { untakenCount, heldCount }: OutageTold): string {
  const held = `${counted(heldCount, 'request')} that ${backend} had taken and not answered`;
  const untaken = counted(untakenCount, 'request');
  if (scope === 'migrate')
    return `The guest is suspended to move to another backend, with ${untaken} on the ring that ${backend} never takes and ${held}: it finishes those, and its answers are lost.`;
  if (backend === 'direct') return 'The guest crashes. What the disk has accepted goes on.';
  if (scope === 'guest')
    return `The guest crashes, and with it go ${untaken} on the ring. The backend finishes the ${held}; host and disk go on.`;
  return `The backend dies, and with it go ${held}, and ${untaken} on the ring. What it has given to the host's queue and page cache is the host's, which goes on with it.`;
}

function resumeText({ reissuedCount }: OutageTold): string {
  return `The frontend resumes on the new backend and issues ${counted(reissuedCount, 'request')} again, whether or not the old one had done them.`;
}
