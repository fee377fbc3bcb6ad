/** Deleting, changing and copying a span of the text in vi's normal mode. */
import { type Composer, moveTo, replace } from './buffer.ts';
import { withKill } from './kills.ts';
import { lineAt } from './motions.ts';
import { nextBoundary, previousBoundary, snapForward } from './segments.ts';
import { firstVisible, lineBy, type Motion, VI_MOTIONS, wordObject } from './vi-motions.ts';
import type { Operator, ViCommand } from './vi-parse.ts';

type Span = { start: number; end: number; isLines: boolean };

/** What an operator works on; undefined: the motion leads nowhere. */
export function spanOf(composer: Composer, command: Exclude<ViCommand, { type: 'simple' }>): Span | undefined {
  const { text, cursor } = composer;
  switch (command.type) {
    case 'lines':
      return linesBetween(text, cursor, lineBy(text, cursor, (command.count ?? 1) - 1));
    case 'object':
      return { ...wordObject(text, cursor, command), isLines: false };
    case 'motion':
      return motionSpan(composer, command);
  }
}

export function operate(composer: Composer, operator: Operator, span: Span): Composer {
  const { text, cursor } = composer;
  const start = Math.max(0, span.start);
  const end = Math.max(start, snapForward(text, span.end));
  const kills = withKill(composer.kills, { text: text.slice(start, end), isLines: span.isLines });
  if (operator === 'y') {
    const isHere = span.isLines && lineAt(text, start).start === lineAt(text, cursor).start;
    return { ...moveTo(composer, isHere ? cursor : start), kills };
  }
  if (operator === 'c') {
    const changed = start === end ? moveTo(composer, start) : replace(composer, { start, end, insert: '' });
    return { ...changed, kills, mode: 'insert', last: start === end ? undefined : { type: 'typing' } };
  }
  if (!span.isLines) return start === end ? composer : { ...replace(composer, { start, end, insert: '' }), kills };
  const whole = end < text.length ? { start, end: end + 1 } : { start: Math.max(0, start - 1), end };
  const changed = replace(composer, { ...whole, insert: '' });
  return { ...moveTo(changed, firstVisible(changed.text, changed.cursor)), kills };
}

function linesBetween(text: string, one: number, other: number): Span {
  return { start: lineAt(text, Math.min(one, other)).start, end: lineAt(text, Math.max(one, other)).end, isLines: true };
}

function motionSpan(composer: Composer, { motion, argument, count, operator }: Extract<ViCommand, { type: 'motion' }>): Span | undefined {
  const { text, cursor } = composer;
  const isWord = motion === 'w' || motion === 'W';
  if (isWord && operator === 'c' && /\S/.test(text.charAt(cursor))) return changedWord(composer, motion, count ?? 1);
  const found = VI_MOTIONS[motion];
  const target = found?.move(composer, { count, argument });
  if (!found || target === undefined) return undefined;
  if (found.span === 'lines') return linesBetween(text, cursor, target);
  const start = Math.min(cursor, target);
  const end = Math.max(cursor, target);
  // The last word of a line ends there, not at the first word of the next one.
  if (isWord && text.slice(start, end).includes('\n')) {
    return { start, end: Math.min(lineAt(text, start + text.slice(start, end).trimEnd().length).end, end), isLines: false };
  }
  return { start, end: found.span === 'inclusive' ? nextBoundary(text, end) : end, isLines: false };
}

/** `cw` changes to the end of the word, as `ce` does, but also of a word of one character. */
function changedWord(composer: Composer, motion: string, count: number): Span {
  const { text, cursor } = composer;
  const { end } = wordObject(text, cursor, { size: motion === 'w' ? 'small' : 'big', isAround: false });
  const further: Motion | undefined = VI_MOTIONS[motion === 'w' ? 'e' : 'E']?.move;
  const last = count > 1 ? further?.({ ...composer, cursor: previousBoundary(text, end) }, { count: count - 1, argument: '' }) : undefined;
  return { start: cursor, end: last === undefined ? end : nextBoundary(text, last), isLines: false };
}
