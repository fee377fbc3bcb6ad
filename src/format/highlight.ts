/** Colours for code, line by line: a finished line never changes, whatever follows. */
import type { Run, Style } from './markdown-layout.ts';
import type { Role } from './theme.ts';

/** What we use of lowlight. */
type CodeTree = { type: string; value?: string; properties?: { className?: unknown }; children?: readonly CodeTree[] };
export type HighlightCode = (language: string, code: string) => CodeTree | undefined;

/** One line of code in colour; `carry` is the text to give with the next line (empty at the start of a block). */
export type HighlightLine = (language: string, line: string, carry: string) => { runs: Run[]; carry: string };

/**
 * The highlighter keeps no state between calls. What a later line must know is whether it begins inside a string or
 * comment, and that the line which opened it shows: this line is carried along and read again before each line inside.
 */
export function createLineHighlighter(highlight: HighlightCode): HighlightLine {
  return (language, line, carry) => {
    const code = `${carry}${line}\n`;
    const tree = highlight(language, code);
    if (!tree) return { runs: line === '' ? [] : [{ text: line, style: CODE }], carry: '' };
    const pieces: Piece[] = [];
    collect(tree, CODE, pieces);
    return { runs: runsFrom(pieces, carry.length, line.length), carry: nextCarry(tree, code, carry) };
  };
}

type Piece = { text: string; style: Style };

const CODE: Style = { roles: ['codeBlock'], verbatim: true };

/** Longest text that is carried: the cost of a line stays bounded. */
const LONGEST_CARRY = 2000;

const ROLE_OF_SCOPE: Record<string, Role> = {
  keyword: 'syntaxKeyword',
  'selector-tag': 'syntaxKeyword',
  section: 'syntaxKeyword',
  tag: 'syntaxKeyword',
  name: 'syntaxKeyword',
  string: 'syntaxString',
  regexp: 'syntaxString',
  char: 'syntaxString',
  code: 'syntaxString',
  link: 'syntaxString',
  number: 'syntaxNumber',
  literal: 'syntaxNumber',
  symbol: 'syntaxNumber',
  bullet: 'syntaxNumber',
  comment: 'syntaxComment',
  doctag: 'syntaxComment',
  quote: 'syntaxComment',
  title: 'syntaxName',
  'selector-id': 'syntaxName',
  'selector-class': 'syntaxName',
  type: 'syntaxType',
  built_in: 'syntaxType',
  class: 'syntaxType',
  attr: 'syntaxAttribute',
  attribute: 'syntaxAttribute',
  'template-variable': 'syntaxAttribute',
  meta: 'syntaxMeta',
  addition: 'syntaxAddition',
  deletion: 'syntaxDeletion',
  strong: 'strong',
  emphasis: 'emphasis',
};

const STYLES = new Map<Role, Style>(
  Object.values(ROLE_OF_SCOPE).map((role) => [role, { roles: ['codeBlock', role], verbatim: true } satisfies Style]),
);

/** The innermost scope that we colour wins; one we do not know looks like what is around it. */
function collect(node: CodeTree, style: Style, pieces: Piece[]): void {
  if (node.value !== undefined) pieces.push({ text: node.value, style });
  for (const child of node.children ?? []) collect(child, styleOf(child, style), pieces);
}

function styleOf(node: CodeTree, around: Style): Style {
  const names = node.properties?.className;
  if (!Array.isArray(names)) return around;
  const scope = String(names[0]).replace(/^hljs-/, '');
  if (scope === 'subst') return CODE;
  const role = ROLE_OF_SCOPE[scope];
  return role === undefined ? around : (STYLES.get(role) ?? around);
}

function runsFrom(pieces: readonly Piece[], start: number, length: number): Run[] {
  const runs: Run[] = [];
  let offset = -start;
  for (const { text, style } of pieces) {
    const piece = text.slice(Math.max(0, -offset), Math.max(0, length - offset));
    offset += text.length;
    if (piece !== '') runs.push({ text: piece, style });
  }
  return runs;
}

/** The lines that must be read again before the next one: those since the open string or comment began. */
function nextCarry(tree: CodeTree, code: string, carry: string): string {
  const last = tree.children?.at(-1);
  if (last?.children === undefined || !textOf(last).endsWith('\n')) return '';
  const openedAt = code.length - textOf(last).length;
  // Opened before this line: the same carry serves again.
  const next = openedAt < carry.length ? carry : code;
  return next.length > LONGEST_CARRY ? '' : next;
}

function textOf(node: CodeTree): string {
  return node.value ?? (node.children ?? []).map(textOf).join('');
}
