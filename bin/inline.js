/**
 * Puts the values of exported number constants, and of objects of such, where built modules name them, as a compiler
 * does with const enums. An imported binding is looked up, tested for being there and taken apart at every use
 * otherwise, which was a quarter of the engine's time. What a module imports besides becomes a constant of its own,
 * which a compiler takes as it is: another twenty-fifth. And an assert calls only where its condition is false.
 * Left out: constants of other types, names not in capitals, names that a module declares again below its top level.
 * No module may be imported in a circle: its constants would be read before they are there.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

/** @param parse text of a module → its program as an ESTree with `start` and `end`. */
export function inline(folder, parse) {
  const modules = new Map();
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    modules.set(path, { path, text, program: parse(text), values: null });
  }
  for (const module of modules.values()) {
    const text = rewritten(module, valuesOf(module, modules));
    if (text !== module.text) writeFileSync(module.path, text);
  }
}

/** The constants that a module's top level names: numbers, and maps from property to number. */
function valuesOf(module, modules) {
  if (module.values !== null) return module.values;
  module.values = new Map();
  for (const node of module.program.body) {
    if (node.type === 'ImportDeclaration') addImports(node, module, modules);
    else if (node.type === 'ExportNamedDeclaration' && node.declaration !== null)
      addOwn(node.declaration, module.values);
    else addOwn(node, module.values);
  }
  return module.values;
}

function addImports({ source, specifiers }, module, modules) {
  const from = modules.get(join(dirname(module.path), source.value));
  if (!source.value.startsWith('.') || from === undefined) return;
  const theirs = valuesOf(from, modules);
  for (const { type, imported, local } of specifiers)
    if (type === 'ImportSpecifier' && theirs.has(imported.name) && CONSTANT.test(local.name))
      module.values.set(local.name, theirs.get(imported.name));
}

function addOwn(node, values) {
  if (node.type !== 'VariableDeclaration' || node.kind !== 'const') return;
  for (const { id, init } of node.declarations) {
    if (id.type !== 'Identifier' || !CONSTANT.test(id.name) || init === null) continue;
    const value = init.type === 'ObjectExpression' ? entriesOf(init, values) : numberOf(init, values);
    if (value !== null) values.set(id.name, value);
  }
}

function entriesOf({ properties }, values) {
  const entries = new Map();
  for (const { type, computed, key, value } of properties) {
    const number = type === 'Property' && !computed ? numberOf(value, values) : null;
    if (number === null) return null;
    entries.set(key.name ?? key.value, number);
  }
  return entries;
}

/** The value of an expression of constants; null: it is none. */
function numberOf(node, values) {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : null;
  if (node.type === 'Identifier' || node.type === 'MemberExpression') return lookedUp(node, values);
  if (node.type === 'UnaryExpression') {
    const value = numberOf(node.argument, values);
    return value !== null && node.operator === '-' ? -value : null;
  }
  if (node.type !== 'BinaryExpression') return null;
  const left = numberOf(node.left, values);
  const right = numberOf(node.right, values);
  if (left === null || right === null) return null;
  const apply = { '+': (a, b) => a + b, '*': (a, b) => a * b, '|': (a, b) => a | b, '**': (a, b) => a ** b };
  return apply[node.operator]?.(left, right) ?? null;
}

function lookedUp(node, values) {
  if (node.type === 'Identifier') {
    const value = values.get(node.name);
    return typeof value === 'number' ? value : null;
  }
  if (node.computed || node.object.type !== 'Identifier') return null;
  const entries = values.get(node.object.name);
  return entries instanceof Map ? (entries.get(node.property.name) ?? null) : null;
}

function rewritten({ text, program }, values) {
  const edits = [];
  const shadowed = new Set();
  edits.push(...importEdits(program.body, values));
  for (const node of program.body)
    if (node.type !== 'ImportDeclaration') visit(node, true, { values, edits, shadowed });
  edits.sort((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (const { start, end, name, by } of edits) {
    if (shadowed.has(name)) continue;
    out += text.slice(at, start) + by;
    at = end;
  }
  return out + text.slice(at);
}

/** `import { a } from './b.js';` becomes `import { a as $a } from './b.js'; const a = $a;`. */
function importEdits(body, values) {
  const imports = body.filter(({ type, source }) => type === 'ImportDeclaration' && source.value.startsWith('.'));
  const bindings = imports.flatMap(({ specifiers }) =>
    specifiers.filter(({ type, local }) => type === 'ImportSpecifier' && !values.has(local.name)),
  );
  if (bindings.length === 0) return [];
  const { end } = imports.at(-1);
  const names = bindings.map(({ local }) => `${local.name} = $${local.name}`);
  return [
    ...bindings.map((of) => ({ start: of.start, end: of.end, by: `${of.imported.name} as $${of.local.name}` })),
    { start: end, end, by: `\nconst ${names.join(', ')};` },
  ];
}

/** Goes through a tree in the order of its text, noting what to replace and what is declared below the top level. */
function visit(node, isTop, found) {
  if (node.type === 'Identifier' || node.type === 'MemberExpression') {
    const value = lookedUp(node, found.values);
    const { start, end } = node;
    const by = value < 0 ? `(${value})` : String(value);
    if (value !== null) found.edits.push({ start, end, name: node.name ?? node.object.name, by });
    if (value !== null || node.type === 'Identifier') return;
  }
  if (isAssert(node)) {
    visitAssert(node, found);
    return;
  }
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
    if (!isTop) found.shadowed.add(node.id.name);
    if (node.init !== null) visit(node.init, false, found);
    return;
  }
  // `{ NAME }` keeps its name.
  if (node.type === 'ExportSpecifier' || (node.type === 'Property' && node.shorthand)) return;
  const below = isTop && /^(ExportNamedDeclaration|VariableDeclaration)$/.test(node.type);
  for (const [key, child] of Object.entries(node)) {
    if (isName(node, key)) continue;
    for (const part of Array.isArray(child) ? child : [child])
      if (key === 'params' && part.type === 'Identifier') found.shadowed.add(part.name);
      else if (typeof part?.type === 'string') visit(part, below, found);
  }
}

function isAssert({ type, expression }) {
  if (type !== 'ExpressionStatement' || expression.type !== 'CallExpression') return false;
  return expression.callee.name === 'assert' && expression.arguments.length === 2;
}

/** `assert(condition, message);` becomes `{ if (!(condition)) assert(false, message); }`. */
function visitAssert({ start, end, expression }, found) {
  const [condition, message] = expression.arguments;
  const put = (from, to, by) => found.edits.push({ start: from, end: to, name: null, by });
  put(start, condition.start, '{ if (!(');
  visit(condition, false, found);
  put(condition.end, message.start, ')) assert(false, ');
  visit(message, false, found);
  put(end, end, ' }');
}

/** Whether this child of a node is a name and not a use of one. */
function isName(node, key) {
  return !node.computed && (key === 'key' || (key === 'property' && node.type === 'MemberExpression'));
}
