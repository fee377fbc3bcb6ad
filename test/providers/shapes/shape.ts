/** What a row of the table of odd answers is: what a server sends, and what is right for it. */
import type { ErrorKind } from '../../../src/core/errors.ts';
import type { FinishReason } from '../../../src/core/events.ts';
import type { Usage } from '../../../src/core/usage.ts';
import { type Said, WIRES, type WireName } from '../../support/wire-answers.ts';

export type Sent = {
  body: string | Uint8Array;
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  /** The connection breaks behind the body. */
  cut?: true;
};

export type Right = {
  text?: string;
  reasoning?: string;
  calls?: { name: string; arguments: unknown; id?: string }[];
  /** Absent: it ends well, exit code 0. */
  error?: ErrorKind | ErrorKind[];
  /** What the error has to say. */
  says?: RegExp;
  /** Null: nothing is known. Undefined: not looked at. A count that is undefined: this one is not known. */
  usage?: { [Key in keyof Usage]: number | undefined } | null | undefined;
  /** Codes of the notices. */
  notices?: string[];
  reason?: FinishReason;
};

export type Shape = Right & { name: string; sends: (wire: WireName) => Sent | string | undefined; asksWhole?: true };

/** What every shape says unless it says something else. */
export const TEXT = 'Hello wörld 漢字 😀';
export const SAID: Said = { text: ['Hello', ' wörld', ' 漢字 😀'] };

/** The frames of the usual answer: what says something, what says why it ends, what says that it is over. */
export function frames(wire: WireName, said: Said = SAID) {
  return WIRES[wire].streamed(said);
}

export function stream(wire: WireName, said: Said = SAID): string {
  const { content, finish, end } = frames(wire, said);
  return [...content, ...finish, ...end].join('');
}

type Value = unknown;
type Fields = Record<string, Value>;

/** The same stream with each of its objects changed. */
export function changed(text: string, change: (object: Fields) => Value): string {
  return text
    .split('\n')
    .map((line) => {
      const [, head = '', json = ''] = /^(data: )?(\{.*\})$/.exec(line) ?? [];
      return json === '' ? line : `${head}${JSON.stringify(change(JSON.parse(json)))}`;
    })
    .join('\n');
}

/** Every value at a key, however deep. */
export function replaced(value: Value, key: string, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return value.map((item) => replaced(item, key, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? change(inner) : replaced(inner, key, change)]),
  );
}

/** One object as an event or a line of the wire. */
export function frame(wire: WireName, object: object | string, name?: string): string {
  const json = typeof object === 'string' ? object : JSON.stringify(object);
  return wire === 'ollama' ? `${json}\n` : `${name === undefined ? '' : `event: ${name}\n`}data: ${json}\n\n`;
}

/** Something between the first piece of text and the rest. */
export function inTheMiddle(wire: WireName, between: string): string {
  const { content, finish, end } = frames(wire);
  const at = content.findIndex((piece) => piece.includes('Hello')) + 1;
  return [...content.slice(0, at), between, ...content.slice(at), ...finish, ...end].join('');
}

/** All up to the first piece of text. */
export function begun(wire: WireName): string {
  const { content } = frames(wire);
  return content.slice(0, content.findIndex((piece) => piece.includes('Hello')) + 1).join('');
}
