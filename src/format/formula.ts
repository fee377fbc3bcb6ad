/** Simple formulas of LaTeX as Unicode text: Greek, operators, arrows, sets, roots, fractions, raised and lowered characters. */
import { type Atom, bracketed, ENVIRONMENTS, environment, joined, type Kind, type Look, written } from './formula-layout.ts';
import {
  ACCENTS,
  CLOSING,
  DOUBLE_STRUCK,
  FONTS,
  FRACTIONS,
  FUNCTIONS,
  LETTERS,
  OPENING,
  OPERATORS,
  RELATIONS,
  SCRIPT,
  SPACES,
  SUBSCRIPTS,
  SUPERSCRIPTS,
  TEXTS,
  UNSEEN,
} from './formula-symbols.ts';
import { graphemes } from './width.ts';

/**
 * The formula as text, or undefined where anything in it is not understood: half a formula would say something else. `rows`: it
 * stands on lines of its own, and may take several.
 */
export function formulaText(source: string, { rows }: { rows: boolean }): string | undefined {
  if (source.length > LONGEST) return undefined;
  const reader: Reader = { source: source.replace(/(?<!\\)%[^\n]*/g, ''), at: 0, depth: 0, rows, gap: ' ' };
  const atoms = readAtoms(reader, 'end');
  if (atoms === undefined) return undefined;
  const text = joined(atoms, { isScript: false })
    .replace(/ +$/gm, '')
    .replace(/^\n+|\n+$/g, '');
  return text.trim() === '' ? undefined : text;
}

const LONGEST = 4000;
/** Deeper than anybody reads, and than the stack bears. */
const DEEPEST = 40;

type Reader = { source: string; at: number; depth: number; rows: boolean; gap: string };
/** Reads up to the end of the group, which is read too; undefined: not understood. */
function readAtoms(reader: Reader, until: 'end' | '}' | ']' | '\\end'): Atom[] | undefined {
  if (reader.depth >= DEEPEST) return undefined;
  reader.depth++;
  const atoms: Atom[] = [];
  for (;;) {
    skipSpace(reader);
    const next = reader.source[reader.at];
    if (next === undefined) {
      if (until !== 'end') return undefined;
      break;
    }
    if (next === until) {
      reader.at++;
      break;
    }
    if (until === '\\end' && reader.source.startsWith('\\end', reader.at)) break;
    if (next === '}') return undefined;
    const read = next === '^' || next === '_' ? attachScript(reader, atoms, next) : readAtom(reader);
    if (read === undefined) return undefined;
    atoms.push(...read);
  }
  reader.depth--;
  return atoms;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.source.charAt(reader.at))) reader.at++;
}

function readAtom(reader: Reader): Atom[] | undefined {
  if (reader.at >= reader.source.length) return undefined;
  const point = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0);
  if (point === '\\') return readCommand(reader);
  reader.at += point.length;
  if (point === '{') {
    const inner = readAtoms(reader, '}');
    return inner && [{ kind: 'thing', text: joined(inner, { isScript: false }) }];
  }
  if (point === '$' || point === '#') return undefined;
  if (point === '&') return [{ kind: 'cell', text: reader.gap }];
  if (point === '~') return [{ kind: 'space', text: ' ' }];
  if (point === "'") return [{ kind: 'close', text: '′' }];
  const number = /^\d+(?:[.,]\d+)*/.exec(reader.source.slice(reader.at - point.length, reader.at + 40))?.[0];
  if (number !== undefined) {
    reader.at += number.length - 1;
    return [{ kind: 'thing', text: number }];
  }
  return [{ kind: KINDS[point] ?? 'thing', text: point }];
}

const KINDS: Readonly<Record<string, Kind>> = {
  '+': 'operator',
  '-': 'operator',
  '*': 'operator',
  '=': 'relation',
  '<': 'relation',
  '>': 'relation',
  ':': 'relation',
  '≤': 'relation',
  '≥': 'relation',
  '≠': 'relation',
  '≈': 'relation',
  '→': 'relation',
  '∈': 'relation',
  '×': 'operator',
  '·': 'operator',
  '±': 'operator',
  '(': 'open',
  '[': 'open',
  ')': 'close',
  ']': 'close',
  '!': 'close',
  ',': 'comma',
  ';': 'comma',
};

function readCommand(reader: Reader): Atom[] | undefined {
  const name = /^\\([A-Za-z]+|[^A-Za-z])/.exec(reader.source.slice(reader.at, reader.at + 40))?.[1];
  if (name === undefined) return undefined;
  reader.at += name.length + 1;
  // "operatorname*" and "tag*" are as good.
  if (/^(?:operatorname|tag|hspace)$/.test(name) && reader.source[reader.at] === '*') reader.at++;
  const known = SYMBOLS.find(([symbols]) => symbols.has(name));
  if (known) return [{ kind: known[1], text: known[0].get(name) ?? '' }];
  if (Object.hasOwn(SPACES, name)) return [{ kind: 'space', text: SPACES[name] ?? '' }];
  if (UNSEEN.has(name)) return [];
  if (name === '\\') return reader.rows ? [{ kind: 'row', text: '\n' }] : [{ kind: 'space', text: '; ' }];
  if (/^[%$#&_]$/.test(name)) return [{ kind: 'thing', text: name }];
  if (name === '|') return [{ kind: 'thing', text: '‖' }];
  if (name === 'left' || name === 'right' || name === 'middle') return readDelimiter(reader, name);
  if (name === 'begin') return readEnvironment(reader);
  if (name === 'not') return negated(readAtom(reader));
  return readArgument(reader, name);
}

const SYMBOLS: readonly (readonly [ReadonlyMap<string, string>, Kind])[] = [
  [OPENING, 'open'],
  [CLOSING, 'close'],
  [RELATIONS, 'relation'],
  [OPERATORS, 'operator'],
  [FUNCTIONS, 'function'],
  [LETTERS, 'thing'],
];

function readDelimiter(reader: Reader, side: 'left' | 'right' | 'middle'): Atom[] | undefined {
  skipSpace(reader);
  const read = reader.source[reader.at] === '.' ? [] : readAtom(reader);
  if (reader.source[reader.at] === '.' && read?.length === 0) reader.at++;
  const kind = side === 'left' ? 'open' : side === 'right' ? 'close' : 'relation';
  return read?.map(({ text }) => ({ kind, text }));
}

function negated(read: Atom[] | undefined): Atom[] | undefined {
  const [only] = read ?? [];
  if (!only || read?.length !== 1 || only.kind !== 'relation') return undefined;
  return [
    { kind: 'relation', text: ({ '=': '≠', '∈': '∉', '⊂': '⊄', '⊆': '⊈' } as Record<string, string>)[only.text] ?? `${only.text}\u0338` },
  ];
}

/** The commands that take what follows them. */
function readArgument(reader: Reader, name: string): Atom[] | undefined {
  if (TEXTS.has(name)) {
    const text = readText(reader);
    return text === undefined ? undefined : [{ kind: 'thing', text }];
  }
  if (name === 'label') return readText(reader) === undefined ? undefined : [];
  if (name === 'tag') {
    const text = readText(reader);
    return text === undefined ? undefined : [{ kind: 'space', text: `   (${text})` }];
  }
  const index = name === 'sqrt' ? readIndex(reader) : '';
  const first = KNOWN.test(name) || FONTS.has(name) || Object.hasOwn(ACCENTS, name) ? readGroup(reader) : undefined;
  if (first === undefined || index === undefined) return undefined;
  if (name === 'operatorname') return [{ kind: 'function', text: first }];
  if (FONTS.has(name)) return [{ kind: 'thing', text: first }];
  if (name === 'mathbb') return letters(first, DOUBLE_STRUCK);
  if (name === 'mathcal' || name === 'mathscr') return letters(first, SCRIPT);
  if (name === 'sqrt') return [{ kind: 'thing', text: root(index) + bracketed(first) }];
  if (name === 'pmod') return [{ kind: 'space', text: ` (mod ${first})` }];
  if (Object.hasOwn(ACCENTS, name)) return accented(first, name);
  const second = readGroup(reader);
  if (second === undefined) return undefined;
  if (name.endsWith('binom')) return [{ kind: 'thing', text: `(${first} choose ${second})` }];
  return [{ kind: 'thing', text: FRACTIONS.get(`${first}/${second}`) ?? `${bracketed(first)}/${bracketed(second)}` }];
}

const KNOWN = /^(?:[dtc]?frac|[dt]?binom|sqrt|pmod|mathbb|mathcal|mathscr)$/;

/** `{…}`, or the one thing that stands there. */
function readGroup(reader: Reader, isScript = false): string | undefined {
  skipSpace(reader);
  const next = reader.source[reader.at];
  if (next === undefined || /[}&^_]/.test(next)) return undefined;
  if (next === '{') {
    reader.at++;
    const inner = readAtoms(reader, '}');
    return inner && joined(inner, { isScript });
  }
  // Without braces only one digit is meant.
  if (/\d/.test(next)) {
    reader.at++;
    return next;
  }
  const read = readAtom(reader);
  return read && joined(read, { isScript });
}

/** `{…}` as it stands. */
function readText(reader: Reader): string | undefined {
  skipSpace(reader);
  const found = /^\{([^{}\\$]*)\}/.exec(reader.source.slice(reader.at));
  if (!found) return undefined;
  reader.at += found[0].length;
  return (found[1] ?? '').replace(/\s+/g, ' ');
}

/** The `[3]` of a root; empty where there is none. */
function readIndex(reader: Reader): string | undefined {
  skipSpace(reader);
  if (reader.source[reader.at] !== '[') return '';
  reader.at++;
  const inner = readAtoms(reader, ']');
  return inner && joined(inner, { isScript: true });
}

function root(index: string): string | undefined {
  if (index === '' || index === '2') return '√';
  if (index === '3') return '∛';
  if (index === '4') return '∜';
  return `${written(index, SUPERSCRIPTS) ?? `(${index})`}√`;
}

function letters(text: string, table: ReadonlyMap<string, string>): Atom[] {
  return [{ kind: 'thing', text: Array.from(text, (letter) => table.get(letter) ?? letter).join('') }];
}

function accented(text: string, name: string): Atom[] | undefined {
  const characters = graphemes(text);
  const isLine = name === 'overline' || name === 'underline';
  if (characters.length === 0 || (characters.length > 1 && !isLine)) return undefined;
  return [{ kind: 'thing', text: characters.map((character) => character + (ACCENTS[name] ?? '')).join('') }];
}

/** Puts what is raised or lowered behind the last atom, which it belongs to. */
function attachScript(reader: Reader, atoms: Atom[], mark: '^' | '_'): Atom[] | undefined {
  reader.at++;
  const text = readGroup(reader, true);
  if (text === undefined) return undefined;
  const last = atoms.pop() ?? { kind: 'thing', text: '' };
  const small = written(text, mark === '^' ? SUPERSCRIPTS : SUBSCRIPTS);
  const shown = small ?? (graphemes(text).length === 1 ? `${mark}${text}` : `${mark}(${text})`);
  const kind =
    last.kind === 'open' || last.kind === 'operator' || last.kind === 'relation'
      ? last.kind
      : last.kind === 'function'
        ? 'function'
        : 'thing';
  return [{ kind, text: last.text + shown }];
}

function readEnvironment(reader: Reader): Atom[] | undefined {
  const name = readText(reader)?.replace(/\*$/, '') ?? '';
  const look = ENVIRONMENTS[name];
  if (look === undefined) return undefined;
  if (name === 'array') readText(reader);
  const { rows, gap } = reader;
  Object.assign(reader, { rows: true, gap: name === 'cases' ? '  ' : ' ' });
  const inner = readAtoms(reader, '\\end');
  Object.assign(reader, { rows, gap });
  return inner && endEnvironment(reader, name, look, inner);
}

function endEnvironment(reader: Reader, name: string, look: Look, inner: readonly Atom[]): Atom[] | undefined {
  const end = /^\\end\s*\{([A-Za-z]+)\*?\}/.exec(reader.source.slice(reader.at, reader.at + 40));
  if (end?.[1] !== name) return undefined;
  reader.at += end[0].length;
  return environment({ ...look, rows: look.rows && reader.rows }, inner);
}
