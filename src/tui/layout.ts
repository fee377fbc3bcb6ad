/** From the state of the chat to what is on the screen: which lines, in the room that the window has. Pure. */
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth, truncate, wrap } from '../format/width.ts';
import { layoutApproval } from './approval.ts';
import { layoutCompletion } from './composer/completion.ts';
import { createComposer, isEmpty, layoutComposer, modeOf, setText, textOf } from './composer/composer.ts';
import { layoutSearch } from './composer/history.ts';
import { layoutPicker } from './picker.ts';
import type { Overlay, ScreenState } from './state.ts';
import type { View } from './view.ts';

const PROMPT = '> ';
const MOST_QUEUED = 3;

export function layoutScreen(state: ScreenState, theme: Theme): View {
  // One column stays free: a line that fills the window leaves some terminals in doubt where the cursor is.
  const columns = Math.max(4, state.size.columns - 1);
  // One row stays free: what is as high as the window cannot be redrawn without scrolling.
  const rows = Math.max(2, state.size.rows - 1);
  const footer = footerOf(state, { columns, theme });
  const most = Math.max(1, Math.min(10, Math.floor(rows / 2) - footer.length));
  const input = layoutComposer(state.composer, {
    columns,
    maxRows: most,
    prompt: PROMPT,
    continuation: '  ',
    placeholder: placeholderOf(state),
    theme,
  });
  const cursor = { part: 'input', row: input.cursor.row, column: input.cursor.column } as const;
  if (state.overlay?.kind === 'approval' && state.overlay.isHeld) {
    const { lines } = overlayOf(state.overlay, { columns, rows: rows - footer.length - input.lines.length, theme });
    return fitted({ live: liveOf(state, columns), panel: lines, input: input.lines, footer, cursor }, rows);
  }
  const overlay = state.overlay && overlayOf(state.overlay, { columns, rows: rows - footer.length, theme });
  if (overlay)
    return fitted(
      { live: overlay.isTall ? [] : liveOf(state, columns), panel: overlay.lines, input: [], footer, cursor: overlay.cursor },
      rows,
    );
  const menu = state.completion
    ? layoutCompletion(state.completion.menu, { columns, maxRows: Math.min(8, Math.max(1, rows - most - footer.length)), theme })
    : [];
  const panel = [...queueOf(state, { columns, theme }), ...attachedOf(state, { columns, theme }), ...menu];
  return fitted({ live: liveOf(state, columns), panel, input: input.lines, footer, cursor }, rows);
}

/** What streams is set off from what is typed; when nothing streams, what is printed ends with its own empty line. */
function liveOf({ live }: ScreenState, columns: number): readonly string[] {
  if (live.length === 0) return [];
  // Laid out before the window became narrower, a line is cut until it is laid out again: broken by the terminal it would leave a ghost.
  return [...live.map((line) => (displayWidth(line) > columns ? (wrap(line, columns)[0] ?? '') : line)), ''];
}

type Room = { columns: number; theme: Theme };

function placeholderOf({ isWorking, replaces, attached }: ScreenState): string {
  if (replaces !== undefined) return 'edit, then Enter: a new branch; Esc: no';
  if (attached.length > 0) return 'ask about it';
  return isWorking ? 'type ahead; Esc stops' : '';
}

/** Prompts that wait, the next one first. */
function queueOf({ queue }: ScreenState, { columns, theme }: Room): string[] {
  const shown = queue.slice(0, MOST_QUEUED).map((text) => truncate(`next: ${safeLine(text)}`, columns, theme.glyphs.dots));
  const more = queue.length > MOST_QUEUED ? [`(+${queue.length - MOST_QUEUED} more; Up takes the last one back)`] : [];
  return [...shown, ...more].map((line) => theme.paint('dim', truncate(line, columns, theme.glyphs.dots)));
}

function attachedOf({ attached }: ScreenState, { columns, theme }: Room): string[] {
  if (attached.length === 0) return [];
  return [theme.paint('dim', truncate(`attached: ${attached.map(safeLine).join(', ')}`, columns, theme.glyphs.dots))];
}

function footerOf(state: ScreenState, { columns, theme }: Room): string[] {
  const { size, hint, status, composer } = state;
  const mode = modeOf(composer);
  const words = hint ?? (mode === 'normal' ? '-- NORMAL --' : undefined);
  const said = words === undefined ? [] : [theme.paint('dim', truncate(safeLine(words), columns, theme.glyphs.dots))];
  // In a very small window what is typed matters more.
  if (size.rows < 6) return said.slice(0, 1);
  return said.length > 0 && size.rows < 10 ? said : [...(size.rows >= 16 ? [''] : []), ...said, status];
}

type LaidOut = { lines: readonly string[]; cursor: View['cursor']; isTall: boolean };

function overlayOf(overlay: Overlay, { columns, rows, theme }: Room & { rows: number }): LaidOut {
  switch (overlay.kind) {
    case 'pick': {
      const { lines, cursor } = layoutPicker(overlay.picker, {
        columns,
        rows: Math.min(rows, Math.max(10, Math.floor((rows * 2) / 3))),
        theme,
      });
      return { lines, cursor: { part: 'panel', ...cursor }, isTall: true };
    }
    case 'approval': {
      const { request, isHeld = false } = overlay;
      const most = Math.min(rows, 16);
      // Set off from what streams, where that costs nothing that must be seen.
      const rule = most < 14 ? [] : [theme.paint('rule', theme.glyphs.line.repeat(columns))];
      const lines = layoutApproval(request, { columns, rows: most - 2 * rule.length, theme, isHeld });
      return { lines: [...rule, ...lines, ...rule], cursor: undefined, isTall: false };
    }
    case 'confirm':
      return question(`${overlay.question} [y/N] `, '', { columns, rows, theme });
    case 'line': {
      const typed = textOf(overlay.composer);
      return question(overlay.question, overlay.isSecret ? hiddenText(typed) : typed, { columns, rows, theme });
    }
    case 'history': {
      const { lines, cursor } = layoutSearch(overlay.search, { columns, rows: Math.min(rows, 8), theme });
      return { lines, cursor: { part: 'panel', ...cursor }, isTall: false };
    }
  }
}

/** How many characters were typed is nobody's business; that something was is shown. */
function hiddenText(typed: string): string {
  return typed === '' ? '' : '(typed)';
}

/** What is typed stands behind the question, or below it where that leaves no room. */
function question(words: string, typed: string, { columns, rows, theme }: Room & { rows: number }): LaidOut {
  const asked = wrap(safeLine(words), columns);
  const last = asked.at(-1) ?? '';
  const isBeside = columns - displayWidth(last) > Math.min(10, columns / 2);
  const head = isBeside ? `${last}${words.endsWith(' ') && last !== '' ? ' ' : ''}` : '';
  const above = isBeside ? asked.slice(0, -1) : asked;
  const composer = typed === '' ? createComposer({ keys: 'emacs' }) : setText(createComposer({ keys: 'emacs' }), typed);
  const room = columns - displayWidth(head);
  const answer = layoutComposer(composer, { columns: room, maxRows: 1, prompt: '', continuation: '', theme });
  const before = isEmpty(composer) ? '' : (answer.lines[0] ?? '');
  const shown = above.slice(Math.max(0, above.length - Math.max(0, rows - 1)));
  return {
    lines: [...shown.map((line) => theme.paint('key', line)), `${theme.paint('key', head)}${before}`],
    cursor: { part: 'panel', row: shown.length, column: displayWidth(head) + answer.cursor.column },
    isTall: false,
  };
}

/** The newest matters most: what does not fit is left out from the top of what streams, then from the panel. */
function fitted(view: View, rows: number): View {
  const room = rows - view.input.length - view.footer.length;
  const panel = view.panel.slice(0, Math.max(0, room));
  const live = view.live.slice(Math.max(0, view.live.length - Math.max(0, room - panel.length)));
  return { ...view, panel, live };
}
