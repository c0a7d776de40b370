/** The matrix as one page that needs nothing else: no script, no font, no picture from elsewhere. */
import type { Cell, Matrix } from '../../campaign/matrix/matrix.ts';
import { GUARANTEES, type Guarantee, isTold } from '../../contract/guarantees.ts';
import { blocksOf, boundsText } from './blocks.ts';
import { cellLines, cellText, LEGEND, rowsOf } from './cell.ts';
import { WEAKEST_TITLE, weakestLines } from './weakest.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --bad: #c62828; --good: #2e7d32; --some: #b26a00; --none: #8886; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 0 0 2rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
th[scope=row] { font-family: ui-monospace, monospace; font-weight: 400; white-space: nowrap; }
summary { cursor: pointer; white-space: nowrap; }
ul { list-style: none; margin: .3rem 0 0; padding: 0; font-size: 12px; white-space: nowrap; }
.dots { display: block; letter-spacing: .1em; }
.violated { color: var(--bad); } .holds-exhausted { color: var(--good); } .holds-sampled { color: var(--some); } .na { color: var(--none); }
`;

/** @param single one workload alone: with the weakest modes. */
export function matrixHtml(matrix: Matrix, version: string, single = false): string {
  const disks = matrix.axes.disks.map(({ name }) => name);
  const tables = blocksOf(matrix).map(({ title, cells }) => tableOf(title, cells, disks));
  const legend = LEGEND.map(([mark, meaning]) => `<li>${mark} ${escaped(meaning)}</li>`);
  const told = GUARANTEES.filter(
    (name) => isTold(name, undefined) || matrix.cells.some(({ report }) => isTold(name, report.verdicts[name])),
  );
  const dots = `<li>● one for each guarantee, in this order: ${told.join(', ')}; a cell opens</li>`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>blkfuzz matrix</title><style>${STYLE}</style></head>`,
    `<body><h1>blkfuzz ${escaped(version)}: mode × disk</h1>`,
    `<p>${escaped(boundsText(matrix))}</p>`,
    ...tables,
    ...(single ? [`<h2>${escaped(WEAKEST_TITLE)}</h2>`, listOf(weakestLines(matrix))] : []),
    `<ul>${legend.join('')}${dots}</ul>`,
    '</body></html>',
    '',
  ].join('\n');
}

function listOf(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function tableOf(title: string, cells: readonly Cell[], disks: readonly string[]): string {
  const heads = disks.map((disk) => `<th scope="col">${escaped(disk)}</th>`).join('');
  const rows = rowsOf(cells, disks).map(
    (row) => `<tr><th scope="row">${row.mode}</th>${row.cells.map(cellHtml).join('')}</tr>`,
  );
  return `<table><caption>${escaped(title)}</caption><tr><th scope="col">mode</th>${heads}</tr>\n${rows.join('\n')}\n</table>`;
}

function cellHtml(cell: Cell | null): string {
  if (cell === null) return '<td>–</td>';
  const { report } = cell;
  const dots = GUARANTEES.filter((guarantee) => isTold(guarantee, report.verdicts[guarantee]))
    .map((guarantee) => dot(guarantee, report.verdicts[guarantee]))
    .join('');
  const { explored } = report;
  const lines = [
    ...cellLines(report),
    `${explored.states} states, ${explored.images} images`,
    ...explored.boundedOut.map((name) => `bounded out: ${name}`),
  ];
  const list = lines.map((line) => `<li>${escaped(line)}</li>`).join('');
  return `<td><details><summary>${escaped(cellText(report))}<span class="dots">${dots}</span></summary><ul>${list}</ul></details></td>`;
}

function dot(guarantee: Guarantee, verdict: string): string {
  const name = verdict === 'n/a' ? 'na' : verdict;
  return `<span class="${name}" title="${guarantee}: ${verdict}">●</span>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
