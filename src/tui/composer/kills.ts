/** Cutting and putting back: a ring of what was cut, newest first. */
import { type Composer, type Kill, replace } from './buffer.ts';

const MOST_KILLS = 30;

type Cut = { start: number; end: number; direction: 'left' | 'right' };

/** Several cuts in a row are put back as one. */
export function cut(composer: Composer, { start, end, direction }: Cut): Composer {
  if (start >= end) return composer.last === undefined ? composer : { ...composer, last: undefined };
  const text = composer.text.slice(start, end);
  const [newest, ...older] = composer.kills;
  const grows = composer.last?.type === 'kill' && newest !== undefined && !newest.isLines;
  const kills = grows
    ? [{ text: direction === 'left' ? text + newest.text : newest.text + text, isLines: false }, ...older]
    : withKill(composer.kills, { text, isLines: false });
  return { ...replace(composer, { start, end, insert: '' }), kills, last: { type: 'kill' } };
}

export function withKill(kills: readonly Kill[], kill: Kill): readonly Kill[] {
  return kill.text === '' ? kills : [kill, ...kills.slice(0, MOST_KILLS - 1)];
}

export function yank(composer: Composer): Composer {
  const kill = composer.kills[0];
  if (!kill) return composer;
  const start = composer.cursor;
  const changed = replace(composer, { start, end: start, insert: kill.text });
  return { ...changed, last: { type: 'yank', start, end: start + kill.text.length, kill: 0 } };
}

/** Right after a yank: the one cut before, in its place. */
export function yankEarlier(composer: Composer): Composer {
  const { last, kills } = composer;
  if (last?.type !== 'yank' || kills.length < 2) return composer;
  const index = (last.kill + 1) % kills.length;
  const text = kills[index]?.text ?? '';
  const changed = replace(composer, { start: last.start, end: last.end, insert: text }, true);
  return { ...changed, last: { type: 'yank', start: last.start, end: last.start + text.length, kill: index } };
}
