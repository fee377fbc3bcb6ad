/** What there is for the word before the cursor: commands, their arguments, files, what servers offer. Nobody who types waits for it. */
import { safeLine } from '../format/safety.ts';
import type { ChatActions, SlashCommand } from './actions.ts';
import { COMMANDS } from './commands/list.ts';
import { namedCommand } from './commands/names.ts';
import { fileItems, folderOf } from './completion-files.ts';
import { serverCompletion, serverItems } from './completion-servers.ts';
import type { CompletionItem, CompletionSource } from './composer/completion.ts';
import { modeOf, type WordBefore, wordBefore } from './composer/composer.ts';
import type { ScreenState } from './state.ts';
import type { ChatWorld } from './world.ts';

type CompletionScreen = { state(): ScreenState; world: Pick<ChatWorld, 'listFolder' | 'env'> };

/** Undefined: nothing, or what is on the screen already. `isAsked`: with Tab. */
export async function completionSource(
  screen: CompletionScreen,
  actions: ChatActions,
  isAsked: boolean,
): Promise<CompletionSource | undefined> {
  const state = screen.state();
  // In normal mode letters are commands of vi, not the beginning of a word.
  if (!isAsked && modeOf(state.composer) === 'normal') return undefined;
  const word = wordBefore(state.composer);
  if (!word || word.kind === 'word') return undefined;
  const command = word.kind === 'argument' ? namedCommand(word.command ?? '', COMMANDS) : undefined;
  const ofServer = actions.servers && (await serverCompletion(word, actions.servers));
  const base = ofServer?.base ?? baseOf(word, command);
  const shown = state.completion?.source;
  if (!isAsked && shown?.kind === word.kind && shown.start === word.start && shown.base === base) return undefined;
  const items = await (ofServer?.items() ?? itemsFor(word, { base, command, screen, actions }));
  if (items.length === 0) return undefined;
  return { kind: word.kind, start: word.start, base, items, isAsked, ...(ofServer ? { isWhole: true } : {}) };
}

/** The part of the word that is settled; the items name what may follow it. */
function baseOf(word: WordBefore, command: SlashCommand | undefined): string {
  if (word.kind === 'command') return '/';
  if (word.kind === 'path' || command?.takesPath) return folderOf(word.text);
  return '';
}

type Wanted = { base: string; command: SlashCommand | undefined; screen: CompletionScreen; actions: ChatActions };

async function itemsFor(word: WordBefore, { base, command, screen, actions }: Wanted): Promise<readonly CompletionItem[]> {
  const isBare = base === '@' || base === '/';
  const further = actions.servers && isBare ? await serverItems(word, actions.servers) : [];
  if (word.kind === 'command') return [...COMMAND_ITEMS, ...further];
  if (word.kind === 'path') return [...(await fileItems(word.text, base, screen.world)), ...further];
  if (command?.takesPath) return fileItems(word.text, base, screen.world);
  if (!command?.complete) return [];
  const labels = await command.complete(word.text, actions).catch(() => []);
  return labels.map((label) => ({ label: safeLine(label), insert: label, sends: true as const }));
}

/** Of commands that begin alike the one that is meant more often comes first: /mo is /model. */
const ORDER: readonly SlashCommand['group'][] = ['Talk', 'Model', 'Context', 'Conversation', 'Text', 'sotto'];
const IN_ORDER = ORDER.flatMap((group) => COMMANDS.filter((command) => command.group === group));

/** One that needs an argument is completed and waits for it; the others are sent at once by Enter. */
const COMMAND_ITEMS: readonly CompletionItem[] = IN_ORDER.map(({ name, aliases = [], argument, summary }): CompletionItem => {
  const takesSome = argument !== undefined;
  const needsOne = argument?.startsWith('<') ?? false;
  return {
    label: name,
    detail: summary,
    insert: takesSome ? `/${name} ` : `/${name}`,
    ...(aliases.length > 0 ? { also: aliases } : {}),
    ...(takesSome ? { opens: true as const } : {}),
    ...(needsOne ? {} : { sends: true as const }),
  };
});
