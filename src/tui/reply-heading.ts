/** The first line of a reply: who answers, and at the right end how long it thought. */
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth, truncate } from '../format/width.ts';
import type { PageLayout } from './reply-page.ts';

type Heading = {
  provider: string | null;
  model: string | null;
  /** Stands behind the model. */
  label?: string | undefined;
  /** What stands at the right end: "thought for 2.1 s (Ctrl+T)". */
  right?: string | undefined;
};

/** Where both do not fit beside each other, below each other. */
export function headingLines(
  { provider, model, label, right }: Heading,
  { columns, linear, theme }: PageLayout & { theme: Theme },
): string[] {
  const who = [provider, model].flatMap((name) => (name ? [safeLine(name)] : [])).join('/') || 'reply';
  const behind = label === undefined ? '' : ` (${label})`;
  if (linear) return [`Model: ${who}${behind}`];
  const left = truncate(who, columns, theme.glyphs.dots);
  const shownLabel = truncate(behind, columns - displayWidth(left), theme.glyphs.dots);
  const head = `${theme.paint('accent', left)}${theme.paint('dim', shownLabel)}`;
  if (right === undefined) return [head];
  const room = columns - displayWidth(left + shownLabel) - displayWidth(right);
  const words = theme.paint('dim', truncate(right, columns, theme.glyphs.dots));
  return room >= 2 ? [`${head}${' '.repeat(room)}${words}`] : [head, words];
}
