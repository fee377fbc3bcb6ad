/** The chat on a terminal: keys and events go into the reducer, what it wants done is done elsewhere, and the view is shown. */
import type { SottoError } from '../core/errors.ts';
import type { Form, FormAnswer } from '../core/form.ts';
import { textOf } from '../core/messages.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { groundFrom } from '../format/background.ts';
import { loadParsers, type MarkdownParsers } from '../format/markdown-parsers.ts';
import { safeLine } from '../format/safety.ts';
import { openTheme, type Theme, type ThemeOptions } from '../format/theme.ts';
import { wrap } from '../format/width.ts';
import type { ChatActions } from './actions.ts';
import { readBackground } from './background.ts';
import { isEmpty } from './composer/composer.ts';
import type { Action } from './effects.ts';
import { layoutScreen } from './layout.ts';
import { notifyEnd } from './notify.ts';
import { createActions, createAttachments } from './screen-actions.ts';
import type { Screen } from './screen-context.ts';
import { createEffects } from './screen-effects.ts';
import { showStart } from './screen-start.ts';
import { createStatus } from './screen-status.ts';
import { createTurns } from './screen-turns.ts';
import { openShell, type Shell, sizeOf } from './shell.tsx';
import { initialState } from './state.ts';
import { update } from './update.ts';
import type { ChatWorld } from './world.ts';

/** An answer that took longer is worth a word when nobody looks. */
const LONG_ANSWER_MS = 10_000;
const MOST_SENT = 500;
/** Nobody types sooner than this after the first drawing. */
const SETTLING_MS = 200;
/** Between two keys of somebody who types. */
const TYPING_RESTS_MS = 500;
/** A key that comes sooner after a question was meant for something else. */
const UNREAD_MS = 250;
const NO_ANSWER: ApprovalAnswer = { decision: 'no', reason: 'nobody answered' };

/** Resolves when the user leaves. */
export async function runChatScreen(world: ChatWorld): Promise<void> {
  const left = Promise.withResolvers<void>();
  const leave = () => left.resolve();
  let theme: Theme = await openTheme({ name: firstTheme(world), colorLevel: world.colorLevel, glyphs: world.glyphs });
  let parsers: Promise<MarkdownParsers> | undefined;
  let isFocused = true;
  let isChanged = false;
  let typedAtMs = Number.NEGATIVE_INFINITY;
  let overlays = 0;
  let asked: Promise<unknown> = Promise.resolve();
  const waiting = new Map<number, (value: unknown) => void>();
  const attachments = createAttachments();

  let state = initialState(sizeOf(world.stdout), world.preferences.keyBindings);
  const shell: Shell = openShell({
    view: layoutScreen(state, theme),
    stdin: world.stdin,
    stdout: world.stdout,
    env: world.env,
    now: world.now,
    wakeAfter: world.wakeAfter,
    onKey: (key) => {
      typedAtMs = world.now();
      dispatch({ type: 'key', key });
    },
    onPaste: (text) => dispatch({ type: 'paste', text }),
    onFocus: (focused) => {
      isFocused = focused;
    },
    onResize: (size) => {
      dispatch({ type: 'resize', size });
      turns.resize();
    },
    onClosed: leave,
    lookAtSize: world.lookAtSize,
    stopProcess: world.stopProcess,
  });

  const screen: Screen = {
    world,
    hyperlinks: world.hyperlinks && theme.level > 0,
    state: () => state,
    theme: () => theme,
    size: () => state.size,
    parsers: () => (parsers ??= loadParsers({ highlight: theme.hasHues })),
    dispatch,
    print(lines) {
      shell.print(lines);
      shell.flush();
    },
    printAnd(lines, action) {
      if (lines.length > 0) shell.print(lines);
      dispatch(action);
    },
    say,
    fail,
    ended(figures) {
      dispatch({ type: 'status', line: status.line(undefined) });
      if (!isFocused && figures.durationMs() > LONG_ANSWER_MS) notifyEnd({ world, title: world.chat.state.title, write: shell.control });
    },
    sent: () => promptsOf(world),
    open(overlay, signal) {
      const id = ++overlays;
      return new Promise((resolve) => {
        waiting.set(id, resolve as (value: unknown) => void); // who asks knows what its own overlay answers
        signal?.addEventListener('abort', () => {
          dispatch({ type: 'overlay.close', id });
          answer(id, undefined);
        });
        dispatch({ type: 'overlay', overlay: overlay(id) });
      });
    },
  };
  const status = createStatus(screen);
  const turns = createTurns(screen);
  const effects = createEffects(screen, { turns, actions: () => actions, shell, attachments, answer, leave });
  const actions: ChatActions = createActions(screen, {
    ...effects,
    shell,
    attachments,
    toggleReasoning: turns.toggleReasoning,
    leave,
    setTheme,
  });

  function answer(id: number, value: unknown): void {
    waiting.get(id)?.(value);
    waiting.delete(id);
  }

  function dispatch(action: Action): void {
    const { state: next, effects: wanted } = update(state, action);
    isChanged ||= next !== state;
    state = next;
    for (const effect of wanted) effects.perform(effect);
    if (!isChanged) return;
    isChanged = false;
    show();
  }

  function show(): void {
    const line = status.line(turns.figures());
    if (line !== state.status) state = { ...state, status: line };
    shell.show(layoutScreen(state, theme));
  }

  async function setTheme(look: Pick<ThemeOptions, 'name' | 'background'>): Promise<void> {
    theme = await openTheme({ ...look, colorLevel: world.colorLevel, glyphs: world.glyphs });
    parsers = undefined;
    show();
  }

  function say(message: string, level: 'info' | 'warning' | 'error' = 'info'): void {
    screen.print([...linesOf(message, level), '']);
  }

  function fail({ message, hint }: SottoError): void {
    screen.print([...linesOf(message, 'error'), ...(hint === undefined ? [] : linesOf(hint, 'info')), '']);
  }

  function linesOf(message: string, level: 'info' | 'warning' | 'error'): string[] {
    const mark = { info: '', warning: 'Note: ', error: 'Error: ' }[level];
    const lines = wrap(`${mark}${safeLine(message)}`, Math.max(4, state.size.columns - 1));
    return lines.map((line) => theme.paint(level === 'info' ? 'dim' : level, line));
  }

  /** What a person types just now, also at the question before, would answer a question that comes up under their fingers. */
  async function typingRests(signal: AbortSignal): Promise<void> {
    for (;;) {
      const leftMs = typedAtMs + TYPING_RESTS_MS - world.now();
      if (leftMs <= 0 || signal.aborted || !isEmpty(state.composer)) return;
      await new Promise<void>((resolve) => world.wakeAfter(leftMs, resolve));
    }
  }

  async function approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    // What a server asks takes several questions: none of another comes in between.
    await asked;
    await typingRests(signal);
    if (signal.aborted) return NO_ANSWER;
    const open = (id: number) => {
      world.wakeAfter(UNREAD_MS, () => dispatch({ type: 'overlay.ready', id }));
      return { kind: 'approval', id, request, isHeld: true } as const;
    };
    return (await screen.open<ApprovalAnswer>(open, signal)) ?? NO_ANSWER;
  }

  function ask(form: Form, signal: AbortSignal): Promise<FormAnswer> {
    const answer = asked.then(async () => {
      const { askOnScreen } = await import('./screen-form.ts');
      return askOnScreen(form, { screen, typingRests }, signal);
    });
    asked = answer.catch(() => undefined);
    return answer;
  }

  world.connect({
    approve,
    ask,
    notice: (message) => say(message),
  });
  world.interrupted.addEventListener('abort', leave);
  const stay = world.beforeExit(shell.restore);
  show();
  // While the first question is typed, not before its first letter can be.
  world.wakeAfter(SETTLING_MS, () => {
    void screen.parsers();
    world.settleIn();
  });
  if (world.preferences.theme === 'auto') void readBackground(world, shell).then(setTheme);
  // Whoever leaves, or is told to, leaves also a question that the start asks.
  await Promise.race([showStart(screen, actions), left.promise]);
  await left.promise;
  turns.stop();
  await turns.settled();
  const { conversation, isPrivate } = world.chat.state;
  // For whoever comes back: the conversation is a command away.
  if (conversation !== undefined && !isPrivate) shell.print(linesOf(`To go on: sotto resume ${conversation}`, 'info'));
  stay();
  await shell.close();
}

/** Until the terminal has said what its background is. */
function firstTheme({ preferences, env }: ChatWorld): 'auto' | 'dark' | 'light' | 'none' {
  const name = preferences.theme;
  return name === 'auto' ? (groundFrom(env) ?? name) : name;
}

function promptsOf({ chat }: ChatWorld): readonly string[] {
  const prompts = chat.path().flatMap(({ message }) => (message.role === 'user' ? [textOf(message)] : []));
  return [...new Set(prompts.reverse())].slice(0, MOST_SENT);
}
