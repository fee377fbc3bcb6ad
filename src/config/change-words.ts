/** How a setting is changed at the place where it is set: the environment and a profile win over the file. */
import type { Origin } from './layers.ts';

/** A command that gives it this value for good. */
export function changeWords(key: string, value: string, origin: Origin = 'default'): string {
  const variable = variableOf(origin);
  if (variable !== undefined) return `export ${variable}=${value}`;
  const profile = origin.startsWith('profile ') ? `profiles.${origin.slice('profile '.length)}.` : '';
  return `sotto config set ${profile}${key} ${value}`;
}

/** The environment variable that it is from, where it is from one. */
export function variableOf(origin: Origin | undefined): string | undefined {
  return origin?.startsWith('environment ') ? origin.slice('environment '.length) : undefined;
}
