/** Carries out what the reducer wants done: prompts and commands in their order, one after the other. */
import { asSottoError, cancelledError, type SottoError } from '../core/errors.ts';
import type { Prompt } from '../engine/chat.ts';
import { safeLine } from '../format/safety.ts';
import type { ChatActions } from './actions.ts';
import { wholeApproval } from './approval.ts';
import { readReferences } from './attached.ts';
import { findCommand } from './commands/find.ts';
import { completionSource } from './completion-sources.ts';
import { textOf } from './composer/composer.ts';
import type { Effect } from './effects.ts';
import { askToLeave, isLeavingWord } from './leaving.ts';
import type { Attachments } from './screen-actions.ts';
import type { Screen } from './screen-context.ts';
import type { Turns } from './screen-turns.ts';
import { askServerForPrompt, findServerPrompt } from './server-prompt.ts';
import { splitServerCommand } from './server-words.ts';
import type { Shell } from './shell.tsx';

type Effects = {
  perform(effect: Effect): void;
  /** Sends a prompt now, or when what is going on has ended. */
  submit(prompt: Prompt): void;
  retry(): void;
  aside(text: string): void;
};

type EffectPorts = {
  turns: Turns;
  actions: () => ChatActions;
  shell: Shell;
  attachments: Attachments;
  answer(id: number, value: unknown): void;
  leave(): void;
};

export function createEffects(screen: Screen, ports: EffectPorts): Effects {
  const { turns, shell, attachments } = ports;
  /** Work that is not typed text: it goes before the queue of the screen. */
  const waiting: Job[] = [];
  let isBusy = false;
  /** Of the work that goes on. */
  let stop = new AbortController();

  /** One thing after the other; nothing of it ends the chat. */
  async function work(job: Job): Promise<void> {
    if (isBusy) {
      waiting.push(job);
      return;
    }
    isBusy = true;
    screen.dispatch({ type: 'working', isWorking: true });
    stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, screen.world.interrupted]);
    await guarded(() => job(signal));
    isBusy = false;
    screen.dispatch({ type: 'working', isWorking: false });
    const next = waiting.shift();
    if (next) return work(next);
    const typed = screen.state().queue[0];
    if (typed === undefined) return;
    screen.dispatch({ type: 'queue.taken' });
    submitText(typed);
  }

  async function guarded(job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (thrown) {
      screen.fail(asSottoError(thrown));
    }
  }

  function submitText(text: string): void {
    if (isLeavingWord(text)) void guarded(() => askToLeave(text, ports.actions()));
    else if (screen.world.servers && splitServerCommand(text)) void work((signal) => submitToServer(text, signal));
    else submitOwn(text);
  }

  function submitOwn(text: string): void {
    const found = findCommand(text);
    if (found === undefined) {
      const { replaces } = screen.state();
      void work((signal) => sendTyped(text, replaces, signal));
      return;
    }
    if ('unknown' in found) {
      screen.say(found.message, 'warning');
      screen.dispatch({ type: 'compose', text, replaces: undefined });
      return;
    }
    const { command, argument } = found;
    const run = async () => {
      await command.run(argument, ports.actions());
      // The model, the effort or the conversation may be another one now: the status line says it.
      screen.dispatch({ type: 'hint', text: screen.state().hint });
    };
    // A command that opens a picker or only says something does not count as work: the keys are its own.
    if (command.whileWorking || !isBusy) void guarded(run);
    else {
      waiting.push(async () => {
        screen.dispatch({ type: 'hint', text: undefined });
        await run();
      });
      screen.dispatch({ type: 'hint', text: `/${command.name} follows when the reply has ended.` });
    }
  }

  /** A no is a cancellation. */
  async function mustFit(replaces: number | undefined): Promise<void> {
    if (!(await ports.actions().fitsWindow(replaces))) throw cancelledError();
  }

  /** What `@` names goes along; what cannot be read brings the prompt back instead of sending it without. */
  async function sendTyped(text: string, replaces: number | undefined, signal: AbortSignal): Promise<void> {
    const reading = { readAttachment: screen.world.readAttachment, servers: ports.actions().servers, say: screen.say };
    const named = await orBack(text, replaces, async () => {
      await mustFit(replaces);
      return readReferences(text, reading, signal);
    });
    for (const { name, part } of named ?? []) attachments.add(name, part);
    if (named) await send({ text }, replaces);
  }

  async function submitToServer(text: string, signal: AbortSignal): Promise<void> {
    const actions = ports.actions();
    const { servers } = actions;
    const { replaces } = screen.state();
    const prompt = await orBack(text, replaces, async () => {
      const wanted = await findServerPrompt(text, servers);
      if (servers && wanted) {
        await mustFit(replaces);
        return askServerForPrompt(wanted, { actions, servers }, signal);
      }
      submitOwn(text);
      return undefined;
    });
    if (prompt) await send(prompt, replaces);
  }

  /** What goes wrong, or is stopped, brings the text back, before what has been typed meanwhile. */
  async function orBack<T>(text: string, replaces: number | undefined, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (thrown) {
      const typed = textOf(screen.state().composer);
      screen.dispatch({ type: 'compose', text: typed === '' ? text : `${text}\n${typed}`, replaces });
      const error: SottoError = asSottoError(thrown);
      if (error.kind !== 'cancelled') throw error;
      return undefined;
    }
  }

  async function send(prompt: Prompt, replaces: number | undefined): Promise<void> {
    const { parts } = attachments.take();
    screen.dispatch({ type: 'attached', names: [] });
    if (replaces !== undefined) screen.dispatch({ type: 'compose', text: '', replaces: undefined });
    const all = [...parts, ...(prompt.attachments ?? [])];
    await turns.send({ text: prompt.text, ...(all.length > 0 ? { attachments: all } : {}) }, replaces === undefined ? {} : { replaces });
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'submit':
        submitText(effect.text);
        return;
      case 'stop':
        stop.abort();
        turns.stop();
        return;
      case 'leave':
        ports.leave();
        return;
      case 'suspend':
        shell.stop();
        return;
      case 'redraw':
        shell.redraw();
        return;
      case 'editor':
        void guarded(() => editDraft(effect.text));
        return;
      case 'reasoning.toggle':
        screen.dispatch({ type: 'hint', text: turns.toggleReasoning() ? 'Thoughts are shown.' : 'Thoughts are folded.' });
        return;
      case 'tool.cancel': {
        const name = turns.cancelTool();
        screen.dispatch({ type: 'hint', text: name === undefined ? 'No tool is running.' : `Cancelled ${safeLine(name)}.` });
        return;
      }
      case 'attachments.drop':
        attachments.take();
        return;
      case 'edit.earlier':
        submitText('/edit');
        return;
      case 'approval.show':
        screen.print(wholeApproval(effect.request, { columns: Math.max(4, screen.size().columns - 1), theme: screen.theme() }));
        return;
      case 'history.load':
        void guarded(async () => screen.dispatch({ type: 'history', prompts: await prompts(), step: effect.step }));
        return;
      case 'complete':
        void guarded(async () => {
          const source = await completionSource(screen, ports.actions(), effect.isAsked);
          if (source) screen.dispatch({ type: 'completion', source });
        });
        return;
      case 'answer':
        ports.answer(effect.id, effect.value);
        return;
    }
  }

  async function editDraft(text: string): Promise<void> {
    const edited = await ports.actions().edit(text);
    if (edited !== undefined) screen.dispatch({ type: 'compose', text: edited.replace(/\n+$/, ''), replaces: screen.state().replaces });
  }

  /** Earlier prompts, newest first: of this conversation where nothing is kept, else of all. */
  async function prompts(): Promise<readonly string[]> {
    const store = await screen.world.openStore();
    return store?.prompts({ limit: MOST_PROMPTS }) ?? screen.sent();
  }

  return {
    perform,
    submit: (prompt) =>
      void work(async () => {
        if (await ports.actions().fitsWindow()) await turns.send(prompt, {});
      }),
    retry: () => void work(() => turns.retry()),
    aside: (text) => void work(() => turns.aside(text)),
  };
}

type Job = (signal: AbortSignal) => Promise<void>;

const MOST_PROMPTS = 500;
