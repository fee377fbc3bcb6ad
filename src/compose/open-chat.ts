/** Makes a chat of the command's world: its store opened only when it is needed, prices remembered, keys kept out of sight. */
import type { Settings } from '../config/load.ts';
import type { SottoError } from '../core/errors.ts';
import type { Chat } from '../engine/chat.ts';
import type { ChatPorts } from '../engine/chat-ports.ts';
import { createChat } from '../engine/chat-session.ts';
import type { Store } from '../store/store.ts';
import { chatDefaults, conductorPorts } from './conductor-ports.ts';
import type { CommandContext } from './context.ts';
import { hostedTools } from './hosted.ts';
import type { World } from './world.ts';

type ChatRequest = {
  settings: Settings;
  context: CommandContext;
  world: World;
  notice: (message: string) => void;
  /** What is said from now on may not be kept. */
  onFailure: (error: SottoError) => void;
  toolbox?: ChatPorts['toolbox'];
};

/** `openStore` gives the chat's own store, for whoever looks into it too; closing the chat closes it. */
export type OpenedChat = { chat: Chat; openStore: () => Promise<Store | undefined> };

export function openChat({ settings, context, world, notice, onFailure, toolbox }: ChatRequest): OpenedChat {
  let opening: Promise<Store> | undefined;
  const leaving = new AbortController();
  const ends = AbortSignal.any([context.interrupted, leaving.signal]);

  /** Where nothing may be written, what is there can still be read; it is not made. */
  async function openStore(): Promise<Store | undefined> {
    const { hasDatabase } = await import('./open-store.ts');
    const mayMake = settings.get('save') && !chat.state.isPrivate;
    if (!opening && !mayMake && !(await hasDatabase(context))) return undefined;
    opening ??= open();
    return opening;
  }

  async function open(): Promise<Store> {
    const [{ databaseFile, openConversations }, { createPatience }] = await Promise.all([
      import('./open-store.ts'),
      import('../store/patience.ts'),
    ]);
    try {
      return await openConversations(context, {
        notice,
        signal: ends,
        patiently: createPatience({ file: databaseFile(context), onWait: notice }, ends),
      });
    } catch (thrown) {
      // What is in the way may be gone with the next turn.
      opening = undefined;
      throw thrown;
    }
  }

  let hosted: ReturnType<typeof hostedTools>;
  let isRead = false;
  /** Read once: it may put tokens among the secrets. */
  function readHosted(): ReturnType<typeof hostedTools> {
    if (!isRead) hosted = hostedTools(settings, context);
    isRead = true;
    return hosted;
  }

  const chat = createChat({
    ...conductorPorts(settings, context),
    settings: world.settings,
    defaults: chatDefaults(settings),
    directory: world.directory,
    lists: world.lists,
    openStore,
    interrupted: context.interrupted,
    async closeStore() {
      leaving.abort();
      const store = await opening?.catch(() => undefined);
      store?.fold();
      store?.close();
      if (store) (await import('./auto-backup.ts')).backUpWhenDue(settings, context);
    },
    folder: context.folder(),
    notice,
    onFailure,
    hosted: readHosted,
    ...(toolbox === undefined ? {} : { toolbox }),
  });
  return { chat, openStore };
}
