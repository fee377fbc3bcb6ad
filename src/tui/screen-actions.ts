/** What commands may ask of the chat, carried out on the screen. */
import { asSottoError } from '../core/errors.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { Prompt } from '../engine/chat.ts';
import { createMarkdownRenderer } from '../format/markdown.ts';
import type { ThemeOptions } from '../format/theme.ts';
import type { ChatActions, Picked } from './actions.ts';
import { readNamed } from './attached.ts';
import { readBackground } from './background.ts';
import { copyText } from './clipboard.ts';
import { createComposer, setText } from './composer/composer.ts';
import { createPicker } from './picker.ts';
import type { Screen } from './screen-context.ts';
import { attachmentName, sharedActions } from './shared-actions.ts';
import type { Shell } from './shell.tsx';
import { createWindowCheck } from './window-check.ts';

type ActionPorts = {
  shell: Shell;
  /** What goes with the next prompt. */
  attachments: Attachments;
  /** Sends now, or queues where a reply streams. */
  submit(prompt: Prompt): void;
  retry(): void;
  aside(text: string): void;
  toggleReasoning(): boolean;
  leave(): void;
  setTheme(look: Pick<ThemeOptions, 'name' | 'background'>): Promise<void>;
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
  const shared = sharedActions(world, { print: screen.print, say: screen.say, transcriptOptions: () => transcriptOptions(screen) });

  function line(question: string, { initial = '', isSecret = false }): Promise<string | undefined> {
    const empty = createComposer({ keys: 'emacs' });
    const composer = initial === '' ? empty : setText(empty, initial);
    return screen.open((id) => ({ kind: 'line', id, question: `${question.trimEnd()} `, isSecret, composer }));
  }

  function pick<Value>(request: Parameters<typeof createPicker<Value>>[0]): Promise<Picked<Value> | undefined> {
    // What a picker of these values answers is one of them.
    return screen.open<Picked<Value>>((id) => {
      for (const later of request.later ?? []) void later.then((items) => screen.dispatch({ type: 'overlay.items', id, items }));
      return { kind: 'pick', id, picker: createPicker(request, screen.size()) as never };
    });
  }

  const confirm = async (question: string) => (await screen.open<boolean>((id) => ({ kind: 'confirm', id, question }))) ?? false;

  return {
    ...shared,
    get theme() {
      return screen.theme();
    },
    size: screen.size,
    print: screen.print,
    say: screen.say,
    async printMarkdown(text) {
      const renderer = createMarkdownRenderer(
        { columns: screen.size().columns - 1, theme: screen.theme(), hyperlinks: screen.hyperlinks, edges: 'plain' },
        await screen.parsers(),
      );
      screen.print([...renderer.push(text).commit, ...renderer.end().commit, '']);
    },
    pick: async (request) => (await pick(request))?.value,
    pickOrDo: pick,
    confirm,
    fitsWindow: createWindowCheck(screen.world.chat, confirm),
    secret: (question) => line(question, { isSecret: true }),
    line: (question, initial) => line(question, initial === undefined ? {} : { initial }),
    send: ports.submit,
    retry: ports.retry,
    aside: ports.aside,
    compose(text, { replaces, attachments: parts = [] } = {}) {
      parts.forEach((part, index) => {
        attachments.add(attachmentName(part, index), part);
      });
      if (parts.length > 0) screen.dispatch({ type: 'attached', names: attachments.names() });
      screen.dispatch({ type: 'compose', text, replaces });
    },
    async attach(path) {
      try {
        const named = await readNamed(
          path,
          { readAttachment: world.readAttachment, servers: shared.servers, say: screen.say },
          world.interrupted,
        );
        for (const { name, part } of named) attachments.add(name, part);
        screen.dispatch({ type: 'attached', names: attachments.names() });
      } catch (thrown) {
        screen.fail(asSottoError(thrown));
      }
    },
    copy: (text) =>
      copyText(text, {
        env: world.env,
        platform: world.platform,
        writeTerminal: shell.control,
        run: (program) => world.runProgram(program, AbortSignal.timeout(2000)),
      }),
    edit: (text) => shell.suspend(() => world.editText(text)),
    async setTheme(name) {
      await ports.setTheme(name === 'auto' ? await readBackground(world, shell) : { name });
    },
    setKeys: (keys) => screen.dispatch({ type: 'bindings', keys }),
    toggleReasoning: ports.toggleReasoning,
    leave: ports.leave,
  };
}

async function transcriptOptions(screen: Screen) {
  const { columns, rows } = screen.size();
  return { columns: columns - 1, rows, theme: screen.theme(), parsers: await screen.parsers(), hyperlinks: screen.hyperlinks };
}
