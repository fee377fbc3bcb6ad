/** What commands may ask of the chat, carried out in plain lines. */
import { asSottoError, type SottoError, usageError } from '../core/errors.ts';
import type { Prompt } from '../engine/chat.ts';
import { createMarkdownRenderer } from '../format/markdown.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import { safeText } from '../format/safety.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import type { ChatActions } from './actions.ts';
import { readNamed } from './attached.ts';
import { copyText } from './clipboard.ts';
import { behindEdit } from './gone-back.ts';
import type { LinearInput } from './linear-input.ts';
import { pickLinear } from './linear-pick.ts';
import type { LinearTurns } from './linear-turns.ts';
import type { Attachments } from './screen-actions.ts';
import { attachmentName, sharedActions } from './shared-actions.ts';
import { createWindowCheck } from './window-check.ts';
import type { ChatWorld } from './world.ts';

/** A text that comes back for the next prompt; Enter alone sends it as it is. */
export type Draft = { text: string; replaces: number | undefined };

type LinearActionPorts = {
  world: ChatWorld;
  input: LinearInput;
  turns: LinearTurns;
  attachments: Attachments;
  parsers(): Promise<MarkdownParsers>;
  size(): { columns: number; rows: number };
  print(lines: readonly string[]): void;
  say: ChatActions['say'];
  fail(error: SottoError): void;
  /** Done when what is going on has ended. */
  enqueue(job: () => Promise<void>): void;
  setDraft(draft: Draft): void;
  leave(): void;
};

export function createLinearActions(ports: LinearActionPorts): ChatActions {
  const { world, input, turns, attachments, print, say, size } = ports;
  const ask = (question: string) => input.read(question, { fresh: true });
  const transcriptOptions = async () => ({ ...size(), theme: PLAIN_THEME, parsers: await ports.parsers(), linear: true });
  const shared = sharedActions(world, { print, say, transcriptOptions });

  const confirm = async (question: string) => /^\s*y(?:es)?\s*$/i.test((await ask(`${question} (y/n) `)) ?? '');
  const fitsWindow = createWindowCheck(world.chat, confirm);

  return {
    ...shared,
    theme: PLAIN_THEME,
    isLinear: true,
    size,
    print,
    say,
    async printMarkdown(text) {
      const renderer = createMarkdownRenderer({ columns: size().columns, theme: PLAIN_THEME }, await ports.parsers());
      print([...renderer.push(text).commit, ...renderer.end().commit]);
    },
    pick: async (request) => (await pickLinear(request, { print, ask }))?.value,
    pickOrDo: (request) => pickLinear(request, { print, ask }),
    confirm,
    fitsWindow,
    async secret(question) {
      if (!input.canHide) say('This terminal may show what you type now.', 'warning');
      return input.read(`${question.trimEnd()} `, { fresh: true, isSecret: true });
    },
    async line(question, initial = '') {
      const kept = initial === '' ? '' : `(Enter keeps "${safeText(initial)}") `;
      const answer = await ask(`${question.trimEnd()} ${kept}`);
      return answer === '' ? initial : answer;
    },
    send: (prompt) =>
      ports.enqueue(async () => {
        if (await fitsWindow()) await sendPrompt(ports, prompt);
      }),
    retry: () => ports.enqueue(() => turns.follow((signal) => world.chat.retry(signal))),
    aside: (text) => ports.enqueue(() => turns.follow((signal) => world.chat.aside({ text }, signal), 'on the side, not kept')),
    compose(text, { replaces, attachments: parts = [] } = {}) {
      parts.forEach((part, index) => {
        attachments.add(attachmentName(part, index), part);
      });
      if (parts.length > 0) say(`Goes along with the next prompt: ${attachments.names().join(', ')}.`);
      if (text !== '' || replaces !== undefined) ports.setDraft({ text, replaces });
    },
    async attach(path) {
      try {
        const named = await readNamed(path, { readAttachment: world.readAttachment, servers: shared.servers, say }, world.interrupted);
        for (const { name, part } of named) attachments.add(name, part);
        say(`Goes along with the next prompt: ${attachments.names().join(', ')}.`);
      } catch (thrown) {
        ports.fail(asSottoError(thrown));
      }
    },
    copy: (text) =>
      copyText(text, {
        // No sequence is sent through a terminal whose lines are read out.
        env: { ...world.env, TERM: 'dumb' },
        platform: world.platform,
        writeTerminal: () => {},
        run: (program) => world.runProgram(program, AbortSignal.timeout(COPY_MS)),
      }),
    edit: (text) => input.suspend(() => world.editText(text)),
    async setTheme() {
      throw usageError('Plain lines have no colors.', 'For the chat with colors: sotto chat --set screenReader=false');
    },
    setKeys() {
      throw usageError('Plain lines have no keys to choose.', 'For the chat with an editor: sotto chat --set screenReader=false');
    },
    toggleReasoning: turns.toggleReasoning,
    leave: ports.leave,
  };
}

const COPY_MS = 2000;

/** What waits to go along goes along. */
export async function sendPrompt(
  { world, turns, attachments, say }: Pick<LinearActionPorts, 'world' | 'turns' | 'attachments' | 'say'>,
  prompt: Prompt,
  replaces?: number,
): Promise<void> {
  const behind = replaces === undefined ? undefined : behindEdit(world.chat.path(), replaces, world.glyphs);
  if (behind !== undefined) say(behind);
  const parts = [...attachments.take().parts, ...(prompt.attachments ?? [])];
  const sent: Prompt = { text: prompt.text, ...(parts.length === 0 ? {} : { attachments: parts }) };
  await turns.follow((signal) => world.chat.send(sent, replaces === undefined ? {} : { replaces }, signal));
}
