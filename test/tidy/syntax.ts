/** What the checks ask of a source file: what it imports, how long its functions are, and its code without the words. */
import { posix } from 'node:path';
import { parseSync, type ParseResult } from 'oxc-parser';
import { lineAt, type TextFile } from './tree.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lineCount: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const parsed = new Map<string, ParseResult>();

function parse({ path, text }: TextFile): ParseResult {
  const key = `${path}\0${text}`;
  const known = parsed.get(key) ?? parseSync(path, text);
  parsed.set(key, known);
  return known;
}

/** Everything a file imports: statically, as types only, by re-export, by `import()` and by `import('…').Type`. */
export function importsOf(file: TextFile): Import[] {
  const imports: Import[] = [];
  visit(parse(file).program as unknown as Node, (node) => {
    const specifier =
      (node.type.startsWith('Import') || node.type.startsWith('Export') || node.type === 'TSImportType') &&
      node['source'];
    if (isNode(specifier) && typeof specifier['value'] === 'string')
      imports.push({ specifier: specifier['value'], line: lineAt(file.text, specifier.start) });
  });
  return imports;
}

/** The path from the root that a relative import leads to; null for a package. */
export function resolveImport(from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : null;
}

/** Every function and method with its length in lines. */
export function functionsOf(file: TextFile): FunctionSize[] {
  const functions: FunctionSize[] = [];
  visit(parse(file).program as unknown as Node, (node, parent) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const line = lineAt(file.text, node.start);
    functions.push({ name: nameOf(node, parent), line, lineCount: lineAt(file.text, node.end) - line + 1 });
  });
  return functions;
}

/** The text of a file with comments and the inside of strings blanked, so that only code is left to look at. */
export function codeOf(file: TextFile): string {
  const { program, comments } = parse(file);
  const spans: { start: number; end: number }[] = [...comments];
  visit(program as unknown as Node, (node) => {
    const isString = node.type === 'Literal' && typeof node['value'] === 'string';
    if (isString || node.type === 'TemplateElement' || 'regex' in node) spans.push(node);
  });
  const characters = file.text.split('');
  for (const { start, end } of spans) {
    for (let i = start; i < end; i++) if (characters[i] !== '\n') characters[i] = ' ';
  }
  return characters.join('');
}

function nameOf(node: Node, parent: Node | null): string {
  for (const owner of [node['id'], parent?.['key'], parent?.['id']]) {
    if (isNode(owner) && typeof owner['name'] === 'string') return owner['name'];
  }
  return '(unnamed)';
}

function visit(node: Node, look: (node: Node, parent: Node | null) => void, parent: Node | null = null): void {
  look(node, parent);
  for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, look, node);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
