/** What is sent and what comes back: the prompt into the scrollback, the reply as it streams, the queue after it. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { StreamEvent } from '../core/events.ts';
import { reasoningOf } from '../core/messages.ts';
import type { Prompt } from '../engine/chat.ts';
import { safeLine } from '../format/safety.ts';
import { followTurn } from './follow.ts';
import { behindEdit } from './gone-back.ts';
import { indented, textColumns } from './reply-page.ts';
import { barEdge, createProse } from './reply-prose.ts';
import { openReplyView, type ReplyView } from './reply-view.ts';
import type { Screen } from './screen-context.ts';
import { renderPrompt, turnGap } from './transcript.ts';
import { createTurnFigures, type TurnFigures } from './turn-figures.ts';

export type Turns = {
  /** Shows the prompt, sends it and follows the reply to its end. */
  send(prompt: Prompt, options: { replaces?: number }): Promise<void>;
  retry(): Promise<void>;
  aside(text: string): Promise<void>;
  /** Stops what is going on; what has come stays. */
  stop(): void;
  /** Returns whether thoughts are shown now. */
  toggleReasoning(): boolean;
  /** Cancels the call that has run longest; gives the name of its tool, undefined where none runs. */
  cancelTool(): string | undefined;
  /** Resolves when nothing is going on any more. */
  settled(): Promise<void>;
  /** Figures of the turn that is going on. */
  figures(): TurnFigures | undefined;
  resize(): void;
};

export function createTurns(screen: Screen): Turns {
  let running: { view: ReplyView; stop: AbortController; figures: TurnFigures } | undefined;
  let isCounted = false;
  /** Calls that run, in the order in which they began: the name of the tool by the id of the call. */
  const calls = new Map<string, string>();
  let settled: Promise<void> = Promise.resolve();
  let showReasoning = screen.world.preferences.showReasoning;

  function follow(ask: (signal: AbortSignal) => AsyncIterable<StreamEvent>, label?: string): Promise<void> {
    settled = run(ask, label);
    return settled;
  }

  /** Errors are events by then; what is thrown is a refusal before the turn began. */
  async function run(ask: (signal: AbortSignal) => AsyncIterable<StreamEvent>, label?: string): Promise<void> {
    const { world } = screen;
    const stop = new AbortController();
    const view = openReplyView({
      columns: screen.size().columns - 1,
      theme: screen.theme(),
      parsers: screen.parsers(),
      now: world.now,
      showReasoning,
      hyperlinks: screen.hyperlinks,
      linear: false,
      ...(label === undefined ? {} : { label }),
    });
    const figures = createTurnFigures(world.now);
    running = { view, stop, figures };
    isCounted = false;
    const signal = AbortSignal.any([stop.signal, world.interrupted]);
    const draw = () => drawFrame(view);
    const onEvent = (event: StreamEvent) => {
      figures.take(event);
      // From here on its figures are part of the sums.
      if (event.type === 'turn.end') isCounted = true;
      if (event.type === 'tool.start') calls.set(event.callId, event.name);
      if (event.type === 'tool.end') calls.delete(event.callId);
    };
    let failure: SottoError | undefined;
    try {
      const events = ask(signal);
      await followTurn(events, { view, draw, onEvent, now: world.now, wakeAfter: world.wakeAfter });
    } catch (thrown) {
      failure = asSottoError(thrown);
    }
    screen.printAnd([...view.end(), ''], { type: 'live', lines: [] });
    if (failure) screen.fail(failure);
    running = undefined;
    calls.clear();
    screen.ended(figures);
  }

  const gap = () => (screen.world.chat.path().length > 0 ? turnGap({}) : []);

  function drawFrame(view: ReplyView): void {
    const { print, live } = view.frame();
    screen.printAnd(print, { type: 'live', lines: live });
  }

  /** What the heading of the last reply offers to show. */
  function printThought(): void {
    const last = screen.world.chat.path().findLastIndex(({ message }) => message.role === 'user');
    const replies = screen.world.chat.path().slice(last + 1);
    const thought = replies
      .flatMap(({ message }) => (message.role === 'assistant' ? [reasoningOf(message)] : []))
      .join('\n\n')
      .trim();
    if (thought === '') return;
    const theme = screen.theme();
    const columns = textColumns(screen.size().columns - 1) - 2;
    const prose = createProse({ columns, theme, role: 'dim', edge: barEdge({ theme, linear: false }) });
    screen.print([...indented([...prose.push(thought), ...prose.end()], '  '), '']);
  }

  return {
    async send(prompt, { replaces }) {
      const behind = replaces === undefined ? undefined : behindEdit(screen.world.chat.path(), replaces, screen.world.glyphs);
      if (behind !== undefined) screen.say(behind);
      screen.print([...gap(), ...renderPrompt(prompt, { columns: screen.size().columns - 1, theme: screen.theme() })]);
      await follow((signal) => screen.world.chat.send(prompt, replaces === undefined ? {} : { replaces }, signal));
    },
    retry: () => follow((signal) => screen.world.chat.retry(signal)),
    async aside(text) {
      screen.print([...gap(), screen.theme().paint('dim', `(on the side) ${safeLine(text)}`)]);
      await follow((signal) => screen.world.chat.aside({ text }, signal), 'on the side, not kept');
    },
    stop: () => running?.stop.abort(),
    toggleReasoning() {
      showReasoning = !showReasoning;
      if (running) running.view.toggleReasoning();
      else if (showReasoning) printThought();
      return showReasoning;
    },
    cancelTool() {
      const [first] = calls;
      if (!first) return undefined;
      const [callId, name] = first;
      return screen.world.tools?.cancel(callId) ? name : undefined;
    },
    settled: () => settled,
    figures: () => (isCounted ? undefined : running?.figures),
    resize() {
      if (!running) return;
      running.view.resize(screen.size().columns - 1);
      drawFrame(running.view);
    },
  };
}
