/** Words of sentences and commands: nowhere else is a plural made, or a word quoted for a shell. */
import type { ModelInfo } from './model.ts';

/** "1 line", "2 lines", "0 matches" where the plural is not the usual one. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${nounOf(count, one, many)}`;
}

/** The noun or verb alone: "line" or "lines", "is" or "are". */
export function nounOf(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

/** All of it in one line, with single blanks. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A sentence by its end: a provider's own words seldom have a full stop. */
export function sentence(text: string): string {
  return /[.!?:…。]$/.test(text) ? text : `${text}.`;
}

/** Words as the beginning of a sentence. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A word of a command that somebody may copy, as a shell takes it: what others have named is never more than one word. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** "pictures, tools, reasoning, schema": what a model can, where that is known. */
export function abilityWords({ abilities: can = {} }: Pick<ModelInfo, 'abilities'>): string {
  return (Object.keys(ABILITIES) as (keyof typeof ABILITIES)[]).flatMap((key) => (can[key] ? [ABILITIES[key]] : [])).join(', ');
}

const ABILITIES = { images: 'pictures', tools: 'tools', reasoning: 'reasoning', schema: 'schema' } as const;
