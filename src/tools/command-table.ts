/** The commands that "always" may cover with other arguments: those that only look, and every option of theirs that is known. */

type CommandRow = {
  /** Letters of options without a value: the same, and harmless, in the GNU, BSD and busybox program. */
  flags: string;
  /** Options with a value, as letters and as long names, and what the value may be. */
  values?: Readonly<Record<string, RegExp>>;
  /** It knows `-5` as its first word. */
  hasCount?: true;
  /** `files`: regular files, at least one. `places`: files and folders. `format`: one `+%H:%M`. */
  operands: 'none' | 'files' | 'places' | 'format';
};

const COUNT = /^[+-]?\d{1,9}$/;
const COUNTS = { n: COUNT, c: COUNT, lines: COUNT, bytes: COUNT };

// No recursion, no following, no file that lists files: what is read is what is named.
const COMMANDS: ReadonlyMap<string, CommandRow> = new Map(
  Object.entries({
    pwd: { flags: 'LP', operands: 'none' },
    whoami: { flags: '', operands: 'none' },
    uname: { flags: 'asnrvmpio', operands: 'none' },
    date: { flags: 'uR', operands: 'format' },
    ls: { flags: '1aAlhtrSFpdinsm', operands: 'places' },
    cat: { flags: 'AbEensTtuv', operands: 'files' },
    head: { flags: 'q', values: COUNTS, hasCount: true, operands: 'files' },
    tail: { flags: 'q', values: COUNTS, hasCount: true, operands: 'files' },
    wc: { flags: 'clmw', operands: 'files' },
  } satisfies Record<string, CommandRow>),
);

export type ReadCommand = { program: string; operands: 'files' | 'places'; paths: readonly string[] };

/** The words of a command as its program would read them; undefined where a single one of them is not known. */
export function readCommand([program = '', ...words]: readonly string[]): ReadCommand | undefined {
  const row = COMMANDS.get(program);
  const operands = row && operandsOf(words, row);
  if (!row || !operands || operands.length > MOST_OPERANDS) return undefined;
  switch (row.operands) {
    case 'none':
      return operands.length === 0 ? { program, operands: 'places', paths: [] } : undefined;
    case 'format':
      return operands.length < 2 && operands.every((word) => word.startsWith('+')) ? { program, operands: 'places', paths: [] } : undefined;
    case 'files':
      return operands.length === 0 ? undefined : { program, operands: 'files', paths: operands };
    case 'places':
      return { program, operands: 'places', paths: operands };
  }
}

/** What a yes for longer to one call of it is a yes to; undefined for a program that is not in the table. */
export function coverOf(program: string): string | undefined {
  const row = COMMANDS.get(program);
  return row && COVERS[row.operands](program);
}

const COVERS: Record<CommandRow['operands'], (program: string) => string> = {
  none: (program) => `${program} in this folder, with options that only look`,
  format: (program) => `${program} in this folder, with options that only look`,
  files: (program) => `${program} of any file in this folder but secrets`,
  places: (program) => `${program} of anything in this folder but secrets`,
};

const MOST_OPERANDS = 100;

/** Options come first: behind an operand one program takes `-n` for an option, and another for a file. */
function operandsOf(words: readonly string[], row: CommandRow): readonly string[] | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return words.slice(at + 1);
    if (!word.startsWith('-')) return words.slice(at).some((one) => one.startsWith('-')) ? undefined : words.slice(at);
    if (row.hasCount && at === 0 && /^-\d{1,9}$/.test(word)) continue;
    const taken = word.startsWith('--') ? longOption(word, row) : shortOptions(word, words[at + 1], row);
    if (taken === undefined) return undefined;
    at += taken;
  }
  return [];
}

/** How many more words are part of it: always with its value behind `=`. */
function longOption(word: string, { values = {} }: CommandRow): number | undefined {
  const [, name = '', value = ''] = /^--([a-z]{2,})=(.*)$/s.exec(word) ?? [];
  return Object.hasOwn(values, name) && values[name]?.test(value) ? 0 : undefined;
}

/** `-la`, `-n5`, `-n 5`: how many more words are part of it. */
function shortOptions(word: string, next: string | undefined, { flags, values = {} }: CommandRow): number | undefined {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    if (flags.includes(letter)) continue;
    if (!Object.hasOwn(values, letter)) return undefined;
    const attached = word.slice(at + 1);
    return values[letter]?.test(attached === '' ? (next ?? '') : attached) ? Number(attached === '') : undefined;
  }
  return word.length > 1 ? 0 : undefined;
}
