/** What has been typed in vi's normal mode, as a command: counts, operator, motion, text object. */
import { VI_MOTIONS } from './vi-motions.ts';

export type Operator = 'd' | 'c' | 'y';

/** `count` is undefined where none was typed; `argument` is the character after f, F, t, T and r. */
export type ViCommand = { count: number | undefined; operator: Operator | undefined } & (
  | { type: 'motion'; motion: string; argument: string }
  | { type: 'lines' }
  | { type: 'object'; size: 'small' | 'big'; isAround: boolean }
  | { type: 'simple'; name: string; argument: string }
);

const SIMPLE = new Set('iIaAoOpPuJ~');
/** Short for an operator with a motion. */
const SHORT: Readonly<Record<string, string>> = { x: 'dl', X: 'dh', D: 'd$', C: 'c$', Y: 'yy', S: 'cc', s: 'cl' };
const LARGEST_COUNT = 999;

/** 'incomplete': more is needed; undefined: it never becomes a command. */
export function parseCommand(pending: readonly string[]): ViCommand | 'incomplete' | undefined {
  const outer = takeCount(pending);
  const [first, ...others] = outer.rest;
  const expanded = first !== undefined && SHORT[first] !== undefined ? [...SHORT[first], ...others] : outer.rest;
  const operator = operatorOf(expanded[0]);
  const inner = operator ? takeCount(expanded.slice(1)) : { count: undefined, rest: expanded };
  const count =
    outer.count === undefined && inner.count === undefined ? undefined : Math.min(LARGEST_COUNT, (outer.count ?? 1) * (inner.count ?? 1));
  return finish({ count, operator }, inner.rest);
}

type Head = { count: number | undefined; operator: Operator | undefined };

function finish(head: Head, rest: readonly string[]): ViCommand | 'incomplete' | undefined {
  const [name, argument] = rest;
  if (name === undefined) return 'incomplete';
  const { operator } = head;
  if (operator && name === operator) return { ...head, type: 'lines' };
  if (operator && (name === 'i' || name === 'a')) {
    if (argument === undefined) return 'incomplete';
    if (argument !== 'w' && argument !== 'W') return undefined;
    return { ...head, type: 'object', size: argument === 'w' ? 'small' : 'big', isAround: name === 'a' };
  }
  if ('fFtT'.includes(name)) return argument === undefined ? 'incomplete' : { ...head, type: 'motion', motion: name, argument };
  if (name === 'g') {
    if (argument === undefined) return 'incomplete';
    return argument === 'g' ? { ...head, type: 'motion', motion: 'gg', argument: '' } : undefined;
  }
  if (VI_MOTIONS[name] || name === ';' || name === ',') return { ...head, type: 'motion', motion: name, argument: '' };
  if (operator) return undefined;
  if (name === 'r') return argument === undefined ? 'incomplete' : { ...head, type: 'simple', name, argument };
  return SIMPLE.has(name) ? { ...head, type: 'simple', name, argument: '' } : undefined;
}

function operatorOf(name: string | undefined): Operator | undefined {
  return name === 'd' || name === 'c' || name === 'y' ? name : undefined;
}

/** A count does not begin with 0: that is a motion. */
function takeCount(keys: readonly string[]): { count: number | undefined; rest: readonly string[] } {
  const found = keys.findIndex((key, index) => !(index === 0 ? /^[1-9]$/ : /^\d$/).test(key));
  const length = found < 0 ? keys.length : found;
  if (length === 0) return { count: undefined, rest: keys };
  return { count: Math.min(LARGEST_COUNT, Number(keys.slice(0, length).join(''))), rest: keys.slice(length) };
}
