/** A bare word that is a command elsewhere, or nearly one here, is not sent to a model: that would cost money and help nobody. */
import { type SottoError, usageError } from '../core/errors.ts';
import { COMMANDS, LATER } from './commands.ts';
import { ELSEWHERE, INSTRUCTIONS, VERBS } from './words-elsewhere.ts';

type Typed = {
  words: readonly string[];
  /** Comes anything in besides the words? */
  isPiped: boolean;
  providers: readonly string[];
};

/** What is wrong with the words of a question, taken as a command; undefined where they are a question. */
export function mistyped({ words, isPiped, providers }: Typed): SottoError | undefined {
  const [typed = '', ...others] = words;
  const word = typed.toLowerCase();
  const ask = `To ask ${others.length === 0 ? 'it as a question' : 'that as a question'}: sotto ask "${words.join(' ')}"`;
  if (LATER.includes(word)) {
    const meant = insteadOf(word, false);
    const hint = meant === undefined ? '' : `${meant} `;
    return usageError(`This version of sotto has no command "${word}" yet.`, `${hint}${ask}    All commands: sotto help`);
  }
  if (word === typed && Object.hasOwn(COMMANDS, word))
    return others.length > 0 ? undefined : usageError(`"${word}" is a command, and comes before its options: sotto ${word} …`, ask);
  const meant = meaning(word, { isAlone: others.length === 0, isPiped, providers, behind: others[0] });
  if (meant === undefined) return undefined;
  return usageError(`There is no command "${typed}".`, `${meant} ${ask}`.trimStart());
}

type About = { isAlone: boolean; isPiped: boolean; providers: readonly string[]; behind: string | undefined };

function meaning(word: string, { isAlone, isPiped, providers, behind }: About): string | undefined {
  if (isAlone || (behind !== undefined && VERBS.has(behind.toLowerCase()))) {
    const instead = insteadOf(word, isPiped);
    if (instead !== undefined) return instead;
  }
  // Typed in another case it is the same command: COMMANDS has no upper case.
  if (Object.hasOwn(COMMANDS, word)) return isAlone ? didYouMean(`sotto ${word}`) : undefined;
  if (isAlone && !isPiped && providers.includes(word)) return didYouMean(`sotto -p ${word}`);
  return nearCommand(word, { isAlone }) ?? (isAlone ? slipOf(word, isPiped) : undefined);
}

function insteadOf(word: string, isPiped: boolean): string | undefined {
  if (!Object.hasOwn(ELSEWHERE, word) || (isPiped && INSTRUCTIONS.has(word))) return undefined;
  const instead = ELSEWHERE[word] ?? '';
  return /^sotto\b/.test(instead) ? didYouMean(instead) : instead;
}

/** Only slips that make no other word: "lost", "how" and "cat" are questions, and so is "lost dog". */
function nearCommand(word: string, { isAlone }: { isAlone: boolean }): string | undefined {
  if (word.length < 3) return undefined;
  const names = [...Object.keys(COMMANDS), ...LATER].filter((name) => name.length >= 4);
  const near = names.find((name) => isSlip(word, name)) ?? (isAlone ? names.find((name) => isNoOtherWord(word, name)) : undefined);
  if (near === undefined) return undefined;
  const isLater = LATER.includes(near) && !Object.hasOwn(COMMANDS, near);
  return didYouMean(isLater ? `${near} (which this version does not have yet)` : near);
}

/** Many for one; a letter typed twice; a vowel left out of a short name so that none is left; one wrong letter in a long one. */
function isNoOtherWord(word: string, name: string): boolean {
  if (word === `${name}s`) return true;
  if (/(.)\1/.test(word) && word.replace(/(.)\1/, '$1') === name) return true;
  if (!/[aeiouy]/.test(word) && without(name, word)) return true;
  const wrong = [...word].filter((letter, index) => letter !== name[index]).length;
  return name.length >= 6 && word.length === name.length && wrong === 1;
}

function slipOf(word: string, isPiped: boolean): string | undefined {
  const known = Object.keys(ELSEWHERE).find((name) => name.length >= 4 && isSlip(word, name));
  return known === undefined ? undefined : insteadOf(known, isPiped);
}

function didYouMean(what: string): string {
  return `Did you mean ${what}?`;
}

/** Two neighbouring letters exchanged, or one letter of a longer name left out or doubled. */
function isSlip(word: string, name: string): boolean {
  const exchanged = [...name.slice(1)].some(
    (letter, index) => name.slice(0, index) + letter + name[index] + name.slice(index + 2) === word,
  );
  return exchanged || (name.length >= 6 && (without(name, word) || without(word, name)));
}

/** Is the other text this one with a letter left out? */
function without(text: string, other: string): boolean {
  return [...text].some((_, index) => text.slice(0, index) + text.slice(index + 1) === other);
}
