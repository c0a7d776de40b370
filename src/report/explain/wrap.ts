/** Text in lines of at most WIDTH_MAX columns. */

/** Columns of an explanation. */
const WIDTH_MAX = 100;

/** Words in lines; the first begins with `lead`, the others are indented to match. */
export function wrap(text: string, lead = ''): string[] {
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH_MAX) {
      lines.push(line);
      line = ' '.repeat(lead.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** `a`, `a and b`, `a, b and c`. */
export function enumeration(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)!}`;
}

/** `1 state`, `2 states`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
