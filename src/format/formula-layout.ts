/** The parts of a formula put together as text: spaces as TeX has them, brackets, rows, raised and lowered characters. */
import { displayWidth } from './width.ts';

/** As TeX sorts them: it decides where spaces stand. */
export type Kind = 'thing' | 'function' | 'operator' | 'relation' | 'open' | 'close' | 'comma' | 'space' | 'cell' | 'row' | 'line';
export type Atom = { kind: Kind; text: string };

function rowsOf(atoms: readonly Atom[]): Atom[][] {
  const rows: Atom[][] = [[]];
  for (const atom of atoms) {
    if (atom.kind === 'row') rows.push([]);
    else rows.at(-1)?.push(atom);
  }
  return rows;
}

/** The atoms as text, with spaces where TeX has some; rows of `cases` stand under each other. */
export function joined(atoms: readonly Atom[], { isScript }: { isScript: boolean }): string {
  let text = '';
  let before: Kind | undefined;
  let indent = 0;
  for (const [index, atom] of atoms.entries()) {
    if (atom.kind === 'row') {
      text += `\n${' '.repeat(indent)}`;
      before = undefined;
      continue;
    }
    const isSpaced = !isScript && spaceBetween(before, atom.kind, atoms[index + 1]?.kind);
    if (isSpaced && index > 0 && !/\s$/.test(text)) text += ' ';
    if (atom.kind === 'line' && before !== 'line') indent = displayWidth(text.slice(text.lastIndexOf('\n') + 1));
    // A sign is no operator: "-x", "(-1)", "= -2".
    const isSign = atom.kind === 'operator' && (before === undefined || SIGNED.has(before));
    text += isScript && isGap(atom.kind) ? '' : atom.text;
    before = isSign ? 'open' : atom.kind;
  }
  return text;
}

function isGap(kind: Kind): boolean {
  return kind === 'space' || kind === 'cell';
}

/** What a sign may stand behind, where nothing is left of it to be added to. */
const SIGNED = new Set<Kind>(['operator', 'relation', 'open', 'comma', 'function', 'line', 'row']);

function spaceBetween(before: Kind | undefined, kind: Kind, after: Kind | undefined): boolean {
  if (before === undefined || before === 'open' || isGap(before) || isGap(kind)) return false;
  if (kind === 'close' || kind === 'comma') return false;
  if (before === 'relation' || kind === 'relation') return true;
  if (before === 'operator') return true;
  if (kind === 'operator') return after !== undefined;
  if (before === 'comma') return true;
  if (before === 'function') return kind !== 'open';
  return kind === 'function';
}

/** In raised or lowered characters; undefined where one of them has none. */
export function written(text: string, table: ReadonlyMap<string, string>): string | undefined {
  let small = '';
  for (const character of text) {
    const found = table.get(character);
    if (found === undefined) return undefined;
    small += found;
  }
  return small;
}

/** In brackets where it would otherwise be read together with what is beside it. */
export function bracketed(text: string): string {
  return ONE_THING.test(text) ? text : `(${text})`;
}

// A number, a name with what is raised or lowered at it, a root, what is in brackets already: "2a" is none of them.
const ONE_THING = /^(?:\d[\d.,]*|[½⅓⅔¼¾]|[-∂∇Δ√]?[\p{L}\p{M}′]+[\p{No}\p{Lm}⁺⁻₊₋′]*(?:\([^()]*\))?|\([^()]*\)|∞)$/u;

/** How an environment begins, parts its rows, and ends; `rows`: on lines of their own. */
export type Look = { open: string; close: string; rows: boolean };
const LINES: Look = { open: '', close: '', rows: true };
export const ENVIRONMENTS: Readonly<Record<string, Look>> = {
  align: LINES,
  aligned: LINES,
  alignat: LINES,
  equation: LINES,
  gather: LINES,
  gathered: LINES,
  split: LINES,
  multline: LINES,
  cases: { open: '{ ', close: '', rows: true },
  matrix: { open: '[', close: ']', rows: false },
  pmatrix: { open: '(', close: ')', rows: false },
  bmatrix: { open: '[', close: ']', rows: false },
  Bmatrix: { open: '{', close: '}', rows: false },
  vmatrix: { open: '|', close: '|', rows: false },
  smallmatrix: { open: '[', close: ']', rows: false },
};

/** What stands between the beginning and the end of an environment. */
export function environment({ open, close, rows }: Look, inner: readonly Atom[]): Atom[] {
  const lines = rowsOf(inner).map((row) => ({ row, at: row.findIndex(({ kind }) => kind === 'cell') }));
  const left = lines.map(({ row, at }) => (at < 0 ? '' : joined(row.slice(0, at), { isScript: false })));
  const widest = Math.max(0, ...left.map(displayWidth));
  const texts = lines.map(({ row, at }, index) => {
    // Lines of their own are aligned where their author said so.
    if (!rows || open !== '' || at < 0) return joined(row, { isScript: false }).trim();
    const first = left[index] ?? '';
    const right = joined([{ kind: 'thing', text: '' }, ...row.slice(at + 1)], { isScript: false });
    return `${' '.repeat(widest - displayWidth(first))}${first}${right}`;
  });
  const kept = texts.filter((line, index) => line.trim() !== '' || index < texts.length - 1);
  if (!rows) return [{ kind: 'thing', text: `${open}${kept.join('; ')}${close}` }];
  return kept.flatMap((line, index): Atom[] => [
    ...(index > 0 ? [{ kind: 'row', text: '\n' } as const] : []),
    { kind: 'line', text: open + line },
  ]);
}
