/** The commands of vi's normal mode that take no motion, as a table. */
import { type Composer, moveTo, replace } from './buffer.ts';
import { runAction } from './editing.ts';
import { lineAt } from './motions.ts';
import { nextBoundary, previousBoundary } from './segments.ts';
import { firstVisible, lineBy } from './vi-motions.ts';

type Simple = (composer: Composer, given: { count: number; argument: string }) => Composer;

export const VI_SIMPLE: Readonly<Record<string, Simple>> = {
  i: inserting,
  I: (composer) => inserting(moveTo(composer, firstVisible(composer.text, composer.cursor))),
  a: (composer) => inserting(moveTo(composer, rightInLine(composer))),
  A: (composer) => inserting(moveTo(composer, lineAt(composer.text, composer.cursor).end)),
  o: (composer) => openLine(composer, lineAt(composer.text, composer.cursor).end),
  O: (composer) => {
    const { start } = lineAt(composer.text, composer.cursor);
    return start === 0 ? openFirstLine(composer) : openLine(composer, start - 1);
  },
  r: replaceCharacters,
  J: joinLines,
  '~': switchCase,
  p: (composer, { count }) => put(composer, count, 'after'),
  P: (composer, { count }) => put(composer, count, 'before'),
  u: (composer, { count }) => {
    let undone = composer;
    for (let left = count; left > 0 && undone.undo.past.length > 0; left -= 1) undone = runAction(undone, 'undo').composer;
    return undone;
  },
};

function inserting(composer: Composer): Composer {
  return { ...composer, mode: 'insert', last: undefined };
}

function rightInLine({ text, cursor }: Composer): number {
  return Math.min(lineAt(text, cursor).end, nextBoundary(text, cursor));
}

/** What is typed then is undone together with the new line. */
function openLine(composer: Composer, at: number): Composer {
  return { ...replace(composer, { start: at, end: at, insert: '\n' }), mode: 'insert', last: { type: 'typing' } };
}

function openFirstLine(composer: Composer): Composer {
  return inserting(replace(composer, { start: 0, end: 0, insert: '\n', cursor: 0 }));
}

/** All or, where the line has fewer, nothing. */
function replaceCharacters(composer: Composer, { count, argument }: { count: number; argument: string }): Composer {
  const { text, cursor } = composer;
  const { end: lineEnd } = lineAt(text, cursor);
  let end = cursor;
  for (let left = count; left > 0; left -= 1) {
    if (end >= lineEnd) return composer;
    end = nextBoundary(text, end);
  }
  const insert = argument.repeat(count);
  return replace(composer, { start: cursor, end, insert, cursor: cursor + insert.length - argument.length });
}

function joinLines(composer: Composer, { count }: { count: number }): Composer {
  let joined = composer;
  for (let left = Math.max(1, count - 1); left > 0; left -= 1) {
    const { text, cursor } = joined;
    const { start, end } = lineAt(text, cursor);
    if (end >= text.length) break;
    const indent = /^[ \t]*/.exec(text.slice(end + 1))?.[0].length ?? 0;
    const insert = end === start || /\s/.test(text.charAt(end - 1)) ? '' : ' ';
    joined = replace(joined, { start: end, end: end + 1 + indent, insert, cursor: end });
  }
  return joined;
}

function switchCase(composer: Composer, { count }: { count: number }): Composer {
  const { text, cursor } = composer;
  const { end: lineEnd } = lineAt(text, cursor);
  let end = cursor;
  for (let left = count; left > 0 && end < lineEnd; left -= 1) end = nextBoundary(text, end);
  if (end === cursor) return composer;
  const insert = Array.from(text.slice(cursor, end), (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  ).join('');
  return replace(composer, { start: cursor, end, insert });
}

function put(composer: Composer, count: number, where: 'after' | 'before'): Composer {
  const { text, cursor, kills } = composer;
  const kill = kills[0];
  if (!kill) return composer;
  const line = lineAt(text, cursor);
  if (!kill.isLines) {
    const at = where === 'after' ? rightInLine(composer) : cursor;
    const changed = replace(composer, { start: at, end: at, insert: kill.text.repeat(count) });
    return moveTo(changed, previousBoundary(changed.text, changed.cursor));
  }
  const lines = Array.from({ length: count }, () => kill.text).join('\n');
  const changed =
    where === 'after'
      ? replace(composer, { start: line.end, end: line.end, insert: `\n${lines}` })
      : replace(composer, { start: line.start, end: line.start, insert: `${lines}\n` });
  const first = where === 'after' ? lineBy(changed.text, line.start, 1) : line.start;
  return moveTo(changed, firstVisible(changed.text, first));
}
