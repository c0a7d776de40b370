/** docs/group-sync.md as text: the tables, and around them the words that say what they mean. Pure. */

/** @param cells what each system came to, by guests and mode. @param facts how it was measured. */
export function pageOf(cells, facts) {
  const systems = [...new Set(cells.map(({ system }) => system))];
  return [
    ...introduction(facts),
    ...holdsTable(cells, systems),
    '',
    ...priceTable(cells, systems),
    '',
    ...answer(cells),
    ...rerun(facts),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function introduction({ runs, ops, statesMax, workloads }) {
  return [
    '# Merging barriers of several guests',
    '',
    '<!-- made by `node bin/group-sync.js --write`; a test makes it again and compares -->',
    '',
    'Several guests share one backend and one disk. In 2010 the question came up on a mailing list: if the backend merges the barriers of several guests into one point at which everything is drained once, does it need the guests to drain their own queues first (mode `drain`), or will tagged barriers do (mode `tag`)? This page answers with numbers. All of them come from the model; none is a time.',
    '',
    '- **serial**: every barrier drains on its own. `blkback` makes a barrier of the host queue of it, and that queue stops for everybody; `reference` waits for its own guest and flushes.',
    '- **merge** (`--group-sync merge`): the first barrier that is taken begins a gathering. What is on the rings by then is still taken, each ring up to its own first barrier; when nothing is in flight there is one flush, all payloads, one flush, and every barrier gathered is answered. Guests without a barrier go on from the first flush on.',
    '',
    `The disk has a volatile write-back cache and no FUA. *Sampled*: ${runs} random runs of ${ops} operations a guest, every crash point decided. *Exhausted*: ${workloads} small workloads besides (empty barriers behind writes; an fsync, a payload barrier, and an empty barrier between writes, each beside a flush of the other guest), every schedule and every image, up to ${statesMax.toLocaleString('en')} states each.`,
    '',
  ];
}

/** What is violated, guests and systems together where they agree. */
function holdsTable(cells, systems) {
  const rows = unique(cells.map(({ mode, guests }) => `${mode}|${guests}`)).map((key) => {
    const [mode, guests] = key.split('|');
    const own = systems.map((system) => cellOf(cells, system, mode, Number(guests)));
    return `| ${guests} | \`${mode}\` | ${own.map(holdsText).join(' | ')} |`;
  });
  return [
    '## What holds',
    '',
    `| guests | mode | ${systems.join(' | ')} |`,
    `| --- | --- | ${systems.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    '`fsync` stands for `fsync-durability`, and so on.',
  ];
}

function holdsText({ violated, explored }) {
  const words = violated.map((name) => name.replace('-durability', ''));
  const verdict = words.length === 0 ? '**holds**' : `loses ${words.join(', ')}`;
  if (explored === null) return `${verdict} (sampled)`;
  const open = explored.bounded === 0 ? '' : `, ${explored.bounded} over the bound`;
  return `${verdict} (exhausted: ${explored.states.toLocaleString('en')} states${open})`;
}

function priceTable(cells, systems) {
  const rows = unique(cells.map(({ mode, guests }) => `${mode}|${guests}`)).map((key) => {
    const [mode, guests] = key.split('|');
    const own = systems.map((system) => cellOf(cells, system, mode, Number(guests)).price);
    const guest = own.map((price) => each(price.guestDrains, price));
    return `| ${guests} | \`${mode}\` | ${own.map(priceText).join(' | ')} | ${unique(guest).join(', ')} |`;
  });
  return [
    '## What a barrier costs',
    '',
    'For each barrier or flush that a backend has answered: flush commands at the disk / drains below the ring (of a backend or of the host queue) / steps of anybody between its taking and its answer. Last, drains of a guest queue for each of them.',
    '',
    `| guests | mode | ${systems.join(' | ')} | guest drains |`,
    `| --- | --- | ${systems.map(() => '---').join(' | ')} | --- |`,
    ...rows,
  ];
}

function priceText(price) {
  return [price.flushes, price.drains, price.stepsWaited].map((sum) => each(sum, price)).join(' / ');
}

function each(sum, { barriers }) {
  return barriers === 0 ? '–' : (sum / barriers).toFixed(2);
}

/** The answer, as far as the numbers bear it: a sentence is there only if what it says was seen. */
function answer(cells) {
  const merged = (mode) => cells.filter((cell) => cell.system === 'merge' && cell.mode === mode && cell.guests > 1);
  const same = (one, other) =>
    merged(one).every(({ violated }, i) => violated.join() === merged(other)[i].violated.join());
  const largest = Math.max(...cells.map(({ guests }) => guests));
  const price = (system, mode) => cellOf(cells, system, mode, largest).price;
  const holds = (mode) => merged(mode).every(({ violated }) => violated.length === 0);
  const guestDrains = merged('tag')
    .concat(merged('tag-flush'))
    .every(({ price: { drains, guestDrains } }) => drains > 0 && guestDrains === 0);
  return [
    '## The answer',
    '',
    ...(holds('tag-flush')
      ? [
          'No: merging barrier points needs no drain in the guest. In `tag-flush` the guest never drains its queue, and under merge points everything holds, for every number of guests tried.',
        ]
      : ['With `tag-flush` merge points lose something: see the table.']),
    ...(same('drain', 'tag') && same('drain-flush', 'tag-flush')
      ? [
          '',
          'What a mode loses under merge points it loses with a guest drain and without: `drain` and `tag` the same, `drain-flush` and `tag-flush` the same. What decides is whether the guest sends its flushes (`…-flush`), not whether it drains.',
        ]
      : []),
    '',
    "The reason is in the gathering: a barrier waits in the backend until everything before it on its own ring has ended, so what a guest drain would have waited for has been waited for there. The backend has to wait for the other guests in any case. On the host of this page, whose queue drains for a barrier (2.6.32), the flush of the merge point would wait by itself, too: a gathering that doesn't wait lost nothing there in 60 runs. A host with the flush rules of 2.6.37 needs the gathering's own wait; merge points over one are not modelled.",
    '',
    `With ${largest} guests in \`tag-flush\` a barrier costs ${each(price('merge', 'tag-flush').flushes, price('merge', 'tag-flush'))} flush commands where barriers are merged, ${each(price('reference, serial', 'tag-flush').flushes, price('reference, serial', 'tag-flush'))} with the reference one by one and ${each(price('blkback, serial', 'tag-flush').flushes, price('blkback, serial', 'tag-flush'))} with blkback; in \`drain-flush\` ${each(price('merge', 'drain-flush').flushes, price('merge', 'drain-flush'))}, ${each(price('reference, serial', 'drain-flush').flushes, price('reference, serial', 'drain-flush'))} and ${each(price('blkback, serial', 'drain-flush').flushes, price('blkback, serial', 'drain-flush'))}. A drain in the guest is added to these, not saved by them.${guestDrains ? '' : ' (The tagged modes drain the guest queue for an empty barrier only: `tag` makes a drain and no command of it.)'}`,
    '',
    'What merging does cost is waiting: a barrier waits for the slowest guest. Steps are actions of the model, so with more guests there are more of them between any two; only systems of one row can be compared. In the draining modes part of the wait is in the guest, ahead of the ring, and is not in these steps.',
    '',
  ];
}

function rerun({ seed, runs, ops }) {
  return [
    '## Run it again',
    '',
    '```',
    'node bin/group-sync.js',
    `npx blkfuzz --mode tag-flush --guests 4 --group-sync merge --backend reference --ops ${4 * ops} --seed ${seed} --runs ${runs}`,
    `npx blkfuzz --mode drain-flush --guests 4 --group-sync serial --ops ${4 * ops} --seed ${seed} --runs ${runs}`,
    'npx blkfuzz explore corpus/litmus/group-*.case.json',
    '```',
    '',
    'With several guests `run` always shows the price, in text and with `--json`; with one guest `--price` asks for it.',
    '',
  ];
}

function cellOf(cells, system, mode, guests) {
  return cells.find((cell) => cell.system === system && cell.mode === mode && cell.guests === guests);
}

function unique(items) {
  return [...new Set(items)];
}
