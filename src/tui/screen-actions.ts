/** What commands may ask of the chat, carried out on the screen. */
import { asSottoError } from '../core/errors.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { Prompt } from '../engine/chat.ts';
import { createMarkdownRenderer } from '../format/markdown.ts';
import type { ChatActions } from './actions.ts';
import { readNamed } from './attached.ts';
import { readBackground } from './background.ts';
import { copyText } from './clipboard.ts';
import { createComposer, setText } from './composer/composer.ts';
import { createPicker } from './picker.ts';
import type { Screen } from './screen-context.ts';
import { openServers } from './servers.ts';
import type { Shell } from './shell.tsx';
import { earlierMessages, recentMessages } from './transcript.ts';

export type ActionPorts = {
  shell: Shell;
  /** What goes with the next prompt. */
  attachments: Attachments;
  /** Sends now, or queues where a reply streams. */
  submit(prompt: Prompt): void;
  retry(): void;
  aside(text: string): void;
  toggleReasoning(): boolean;
  leave(): void;
  setTheme(name: 'dark' | 'light' | 'none'): Promise<void>;
};

/** Files that wait for the next prompt. */
export type Attachments = {
  add(name: string, part: TextPart | MediaPart): void;
  /** All of them; there are none afterwards. */
  take(): { names: readonly string[]; parts: readonly (TextPart | MediaPart)[] };
  names(): readonly string[];
};

export function createAttachments(): Attachments {
  let waiting: { name: string; part: TextPart | MediaPart }[] = [];
  return {
    add(name, part) {
      waiting = [...waiting.filter((other) => other.name !== name), { name, part }];
    },
    take() {
      const taken = waiting;
      waiting = [];
      return { names: taken.map(({ name }) => name), parts: taken.map(({ part }) => part) };
    },
    names: () => waiting.map(({ name }) => name),
  };
}

export function createActions(screen: Screen, ports: ActionPorts): ChatActions {
  const { world } = screen;
  const { shell, attachments } = ports;
  /** How many of the newest messages have been printed. */
  let shown = 0;
  const servers = world.servers && openServers(world.servers, world.interrupted);

  function line(question: string, { initial = '', isSecret = false }): Promise<string | undefined> {
    const empty = createComposer({ keys: 'emacs' });
    const composer = initial === '' ? empty : setText(empty, initial);
    return screen.open((id) => ({ kind: 'line', id, question: `${question.trimEnd()} `, isSecret, composer }));
  }

  return {
    chat: world.chat,
    settings: world.settings,
    directory: world.directory,
    get theme() {
      return screen.theme();
    },
    size: screen.size,
    store: world.openStore,
    print: screen.print,
    say: screen.say,
    async printMarkdown(text) {
      const renderer = createMarkdownRenderer(
        { columns: screen.size().columns - 1, theme: screen.theme(), hyperlinks: screen.hyperlinks },
        await screen.parsers(),
      );
      screen.print([...renderer.push(text).commit, ...renderer.end().commit, '']);
    },
    async pick<Value>(request: Parameters<typeof createPicker<Value>>[0]) {
      // What a picker of these values answers is one of them.
      const answer = await screen.open<{ chosen: Value }>((id) => {
        for (const later of request.later ?? []) void later.then((items) => screen.dispatch({ type: 'overlay.items', id, items }));
        return { kind: 'pick', id, picker: createPicker(request, screen.size()) as never };
      });
      return answer?.chosen;
    },
    confirm: async (question) => (await screen.open<boolean>((id) => ({ kind: 'confirm', id, question }))) ?? false,
    secret: (question) => line(question, { isSecret: true }),
    line: (question, initial) => line(question, initial === undefined ? {} : { initial }),
    send: ports.submit,
    retry: ports.retry,
    aside: ports.aside,
    compose(text, { replaces, attachments: parts = [] } = {}) {
      parts.forEach((part, index) => {
        attachments.add(part.type === 'media' && part.name !== undefined ? part.name : `text ${index + 1}`, part);
      });
      if (parts.length > 0) screen.dispatch({ type: 'attached', names: attachments.names() });
      screen.dispatch({ type: 'compose', text, replaces });
    },
    async attach(path) {
      try {
        const named = await readNamed(path, { readAttachment: world.readAttachment, servers, say: screen.say }, world.interrupted);
        for (const { name, part } of named) attachments.add(name, part);
        screen.dispatch({ type: 'attached', names: attachments.names() });
      } catch (thrown) {
        screen.fail(asSottoError(thrown));
      }
    },
    async showConversation() {
      const { lines, count } = recentMessages(world.chat.path(), await transcriptOptions(screen));
      shown = count;
      screen.print(lines);
    },
    async showEarlier() {
      const { lines, count } = earlierMessages(world.chat.path(), shown, await transcriptOptions(screen));
      shown += count;
      if (count === 0) screen.say('That is the beginning of the conversation.');
      else screen.print(lines);
    },
    models: world.models,
    conversationMarkdown: world.conversationMarkdown,
    async exportConversation(file) {
      return world.chat.path().length === 0 ? undefined : world.saveText(await world.conversationMarkdown(), file);
    },
    date: world.date,
    copy: (text) =>
      copyText(text, {
        env: world.env,
        platform: world.platform,
        writeTerminal: shell.control,
        run: (program) => world.runProgram(program, AbortSignal.timeout(2000)),
      }),
    edit: (text) => shell.suspend(() => world.editText(text)),
    pipe: (command, input) =>
      world.runProgram(
        world.platform === 'win32'
          ? { command: 'cmd.exe', args: ['/d', '/s', '/c', command], input }
          : { command: '/bin/sh', args: ['-c', command], input },
        world.interrupted,
      ),
    async setTheme(name) {
      await ports.setTheme(name === 'auto' ? ((await readBackground(world, shell)) ?? 'dark') : name);
    },
    setKeys: (keys) => screen.dispatch({ type: 'bindings', keys }),
    toggleReasoning: ports.toggleReasoning,
    storeKey: world.storeKey,
    ...(world.tools === undefined ? {} : { tools: world.tools }),
    ...(servers === undefined ? {} : { servers }),
    leave: ports.leave,
  };
}

async function transcriptOptions(screen: Screen) {
  const { columns, rows } = screen.size();
  return { columns: columns - 1, rows, theme: screen.theme(), parsers: await screen.parsers(), hyperlinks: screen.hyperlinks };
}
