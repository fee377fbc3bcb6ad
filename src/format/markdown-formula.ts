/** Formulas in markdown: what is one, and a whole one on lines of its own as lines of text. */
import { formulaText } from './formula.ts';

/** Where a block of LaTeX that begins with `text` ends; undefined: none begins. */
export function formulaEnd(text: string): RegExp | undefined {
  const environment = /^\\begin\{((?:align|alignat|equation|gather|multline|cases|[pbvB]?matrix)\*?)\}/.exec(text)?.[1];
  if (environment !== undefined) return new RegExp(`\\\\end\\{${environment.replace('*', '\\*')}\\}\\s*[.,;]?\\s*$`);
  const open = text.startsWith('$$') ? '$$' : text.startsWith('\\[') ? '\\[' : undefined;
  if (open === undefined) return undefined;
  const close = open === '$$' ? '$$' : '\\]';
  const at = text.indexOf(close, 2);
  const inner = text.slice(2, at < 0 ? undefined : at).trim();
  // "$$ is the process" and "\[sic\]" are words.
  if (inner !== '' && !isFormula(inner)) return undefined;
  if (at >= 0 && !/^\s*[.,;]?\s*$/.test(text.slice(at + 2))) return undefined;
  return open === '$$' ? /\$\$/ : /\\\]/;
}

/** Marks of LaTeX, or letters and signs as no language has them: "x", "f(x)", "a, b". What begins with a number may be money. */
export function isFormula(text: string): boolean {
  if (/^\d/.test(text)) return /[\\^_{}=]/.test(text) || /^\d+[ac-jln-su-zA]$/.test(text);
  if (/[\\^_={}+<>]/.test(text)) return true;
  return /^[-*/()[\]|,.;:!'\sA-Za-z\d]*$/.test(text) && /[A-Za-z]/.test(text) && !/[A-Za-z]{3}|[A-Za-z]\s+[A-Za-z]/.test(text);
}

/** The lines of a block as text; undefined: it is not whole, or not understood. */
export function formulaBlock(lines: readonly string[]): string[] | undefined {
  const source = lines.join('\n').trim();
  const whole = /^(?:\$\$([\s\S]*?)\$\$|\\\[([\s\S]*?)\\\]|(\\begin[\s\S]*?\\end\{[a-zA-Z]+\*?\}))\s*([.,;]?)$/.exec(source);
  if (!whole) return undefined;
  const text = formulaText(whole[1] ?? whole[2] ?? whole[3] ?? '', { rows: true });
  return text === undefined ? undefined : `${text}${whole[4] ?? ''}`.split('\n');
}

/** A formula that is longer is written as it comes. */
export const LONGEST_FORMULA = { lines: 40, characters: 3000 };
