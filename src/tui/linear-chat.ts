/** The chat in plain lines that are printed once: nothing is redrawn, nothing moves, not one escape sequence is written. */
import { asSottoError, cancelledError, type SottoError } from '../core/errors.ts';
import type { Form, FormAnswer } from '../core/form.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import type { Prompt } from '../engine/chat.ts';
import { loadParsers, type MarkdownParsers } from '../format/markdown-parsers.ts';
import { safeLine, safeText } from '../format/safety.ts';
import { wrap } from '../format/width.ts';
import type { ChatActions } from './actions.ts';
import { readReferences } from './attached.ts';
import { findCommand } from './commands/find.ts';
import { askToLeave, isLeavingWord } from './leaving.ts';
import { createLinearActions, type Draft, sendPrompt } from './linear-actions.ts';
import { askApproval } from './linear-approval.ts';
import { openLinearInput } from './linear-input.ts';
import { createLinearTurns } from './linear-turns.ts';
import { createAttachments } from './screen-actions.ts';
import { showStart } from './screen-start.ts';
import { askServerForPrompt, findServerPrompt } from './server-prompt.ts';
import type { ChatWorld } from './world.ts';

const PROMPT = 'You: ';
const MORE = 'More: ';

/** Nobody types sooner than this. */
const SETTLING_MS = 200;

/** Resolves when the user leaves. */
export async function runLinearChat(world: ChatWorld): Promise<void> {
  const { stdout } = world;
  const attachments = createAttachments();
  const jobs: (() => Promise<void>)[] = [];
  let parsers: Promise<MarkdownParsers> | undefined;
  let draft: Draft | undefined;
  let isLeft = false;
  let isArmed = false;
  let asked: Promise<unknown> = Promise.resolve();
  /** Of what is read before a prompt is sent. */
  let reading: AbortController | undefined;

  const input = openLinearInput({
    stdin: world.stdin,
    write: (text) => void stdout.write(text),
    onInterrupt: interrupt,
    onEnd: leave,
    onStop: () => void input.suspend(world.stopProcess).then(() => input.print('')),
  });
  const size = () => ({ columns: Math.max(4, (stdout.columns ?? 80) - 1), rows: stdout.rows ?? 24 });
  const load = () => (parsers ??= loadParsers({ highlight: false }));
  const turns = createLinearTurns({ world, parsers: load, columns: () => size().columns, print, fail });
  const ports = { world, input, turns, attachments, parsers: load, size, print, say, fail, leave };
  const actions: ChatActions = createLinearActions({
    ...ports,
    enqueue: (job) => jobs.push(job),
    setDraft(next) {
      draft = next;
      const what = next.replaces === undefined ? 'Enter sends it as it is.' : 'What you type next takes its place, on a branch of its own.';
      print([...(next.text === '' ? [] : ['Your text:', ...safeText(next.text).split('\n')]), what]);
    },
  });

  function print(lines: readonly string[]): void {
    if (lines.length > 0) input.print(lines.map((line) => `${line}\n`).join(''));
  }

  function say(message: string, level: 'info' | 'warning' | 'error' = 'info'): void {
    const mark = level === 'info' ? '' : `${level === 'warning' ? 'Note' : 'Error'}: `;
    print(wrap(`${mark}${safeLine(message)}`, size().columns));
  }

  function fail({ message, hint }: SottoError): void {
    say(message, 'error');
    if (hint) say(hint);
  }

  function leave(): void {
    isLeft = true;
    turns.stop();
    reading?.abort();
    input.release();
  }

  /** The first Ctrl+C takes away the least that there is: a reply, what is typed, a text that came back; the next one leaves. */
  function interrupt(isEmpty: boolean): void {
    if (isArmed && isEmpty) {
      leave();
      return;
    }
    isArmed = isEmpty;
    if (turns.isRunning()) turns.stop();
    else if (reading) reading.abort();
    else if (!isEmpty) say('Cleared.');
    else if (draft || attachments.names().length > 0) {
      draft = undefined;
      attachments.take();
      say('The next prompt is a new one, with nothing attached. Ctrl+C again leaves.');
    } else say('Ctrl+C again leaves.');
  }

  /** A backslash at the end of a line goes on with the next one. */
  async function readPrompt(): Promise<string | undefined> {
    let text = '';
    for (let question = PROMPT; ; question = MORE) {
      const line = await input.read(question);
      if (line === undefined) return undefined;
      if (!line.endsWith('\\')) return text + line;
      text += `${line.slice(0, -1)}\n`;
    }
  }

  async function submit(typed: string): Promise<void> {
    const text = typed.trim() === '' && draft ? draft.text : typed;
    if (text.trim() === '' && attachments.names().length === 0) return;
    if (isLeavingWord(text)) return askToLeave(text, actions);
    const wanted = await findServerPrompt(text, actions.servers);
    if (wanted)
      return submitRead(
        text,
        async (signal) => actions.servers && askServerForPrompt(wanted, { actions, servers: actions.servers }, signal),
      );
    const found = findCommand(text);
    if (found === undefined) await sendTyped(text);
    else if ('unknown' in found) say(found.message, 'warning');
    else await found.command.run(found.argument, actions);
  }

  /** What `@` names goes along. */
  function sendTyped(text: string): Promise<void> {
    const { servers } = actions;
    return submitRead(text, async (signal) => {
      const named = await readReferences(text, { readAttachment: world.readAttachment, servers, say }, signal);
      for (const { name, part } of named) attachments.add(name, part);
      return { text };
    });
  }

  /** What cannot be read brings the text back instead of sending it without. */
  async function submitRead(text: string, read: (signal: AbortSignal) => Promise<Prompt | undefined>): Promise<void> {
    const replaces = draft?.replaces;
    draft = undefined;
    reading = new AbortController();
    let prompt: Prompt | undefined;
    try {
      if (!(await actions.fitsWindow(replaces))) throw cancelledError();
      prompt = await read(AbortSignal.any([reading.signal, world.interrupted]));
    } catch (thrown) {
      const error = asSottoError(thrown);
      if (error.kind !== 'cancelled') fail(error);
      actions.compose(text, replaces === undefined ? {} : { replaces });
    } finally {
      reading = undefined;
    }
    if (prompt) await sendPrompt(ports, prompt, replaces);
  }

  /** One after the other, however many calls wait. */
  function approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const answer = asked.then(() => approveNow(request, signal));
    asked = answer.catch(() => {});
    return answer;
  }

  async function approveNow(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const cancelled: ApprovalAnswer = { decision: 'no', reason: 'cancelled by the user' };
    if (signal.aborted || isLeft) return cancelled;
    turns.flush();
    signal.addEventListener('abort', input.cancel, { once: true });
    const answer = await askApproval(request, { print, ask: (question) => input.read(question, { fresh: true }), columns: size().columns });
    signal.removeEventListener('abort', input.cancel);
    if (answer === undefined) turns.stop();
    return answer ?? cancelled;
  }

  async function guarded(job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (thrown) {
      fail(asSottoError(thrown));
    }
  }

  function ask(form: Form, signal: AbortSignal): Promise<FormAnswer> {
    const answer = asked.then(() => askNow(form, signal));
    asked = answer.catch(() => {});
    return answer;
  }

  async function askNow(form: Form, signal: AbortSignal): Promise<FormAnswer> {
    if (signal.aborted || isLeft) return { action: 'cancel' };
    turns.flush();
    signal.addEventListener('abort', input.cancel, { once: true });
    const { askForm } = await import('../format/form-questions.ts');
    const line = (question: string, { isSecret }: { isSecret: boolean }) => input.read(question, { fresh: true, isSecret });
    const confirm = async (question: string) => {
      const answer = await line(`${question} (y/n) `, { isSecret: false });
      return answer === undefined ? undefined : /^\s*y(?:es)?\s*$/i.test(answer);
    };
    const answer = await askForm(form, { print, confirm, line, columns: size().columns }, signal);
    signal.removeEventListener('abort', input.cancel);
    return answer;
  }

  world.connect({ approve, ask, notice: (message) => say(message) });
  world.interrupted.addEventListener('abort', leave, { once: true });
  const restored = world.beforeExit(input.close);
  stdout.on('resize', turns.resize);
  world.wakeAfter(SETTLING_MS, world.settleIn);
  await guarded(() => showStart({ world }, actions));
  while (!isLeft) {
    const job = jobs.shift();
    if (job) {
      await guarded(job);
      continue;
    }
    isArmed = false;
    const text = await readPrompt();
    if (text === undefined) continue;
    isArmed = false;
    await guarded(() => submit(text));
  }
  stdout.off('resize', turns.resize);
  input.close();
  restored();
}
