/** Chooses the outputs of a run: the answer on stdout in the form that was asked for, everything else on stderr. */

import type { Settings } from '../config/load.ts';
import { redact } from '../config/redact.ts';
import type { StreamEvent } from '../core/events.ts';
import { isObject, type Json } from '../core/json.ts';
import { type ColorLevel, openTheme, type Theme } from '../format/theme.ts';
import type { Consumer } from '../output/consumer.ts';
import { statusOutput } from '../output/status.ts';
import { openWriter } from '../output/writer.ts';
import type { CommandContext } from './context.ts';

export type Screen = {
  take(event: StreamEvent): Promise<void> | undefined;
  flush(): Promise<void>;
  /** Nothing of an attempt is shown before the turn ends, or the form says which attempt a piece belongs to. */
  mayRestart: boolean;
  /** Somebody will see what it cost. */
  needsCost: boolean;
};

export type ScreenRequest = {
  settings: Settings;
  context: CommandContext;
  /** Hold the answer back until it has been checked. */
  buffered: boolean;
  /** The reader of stdout has left. */
  onReaderGone: () => void;
  secrets: readonly string[];
};

export async function openScreen({ settings, context, buffered, onReaderGone, secrets }: ScreenRequest): Promise<Screen> {
  const output = settings.get('output') ?? (context.isTerminal.stdout ? 'markdown' : 'text');
  const writer = openWriter(context.stdout, onReaderGone);
  const streamed = settings.get('stream') && !buffered;
  const structured = output === 'json' || output === 'ndjson';
  const answer = await answerOutput();
  const status = statusOutput({
    write: (line) => context.stderr.write(redact(line, secrets)),
    theme: await stderrTheme(settings, context),
    quiet: settings.get('quiet'),
    verbose: settings.get('verbose'),
    structured,
  });

  async function answerOutput(): Promise<Consumer> {
    if (output === 'json') return (await import('../output/json.ts')).jsonOutput(writer);
    if (output === 'ndjson') return (await import('../output/json.ts')).ndjsonOutput(writer);
    if (output === 'text') return (await import('../output/text.ts')).textOutput(writer, { streamed });
    const [{ terminalOutput }, { createMarkdownRenderer }, { loadParsers }] = await Promise.all([
      import('../output/terminal.ts'),
      import('../format/markdown.ts'),
      import('../format/markdown-parsers.ts'),
    ]);
    const theme = await openTheme({ name: themeName(settings), colorLevel: colorLevel(settings, context, context.isTerminal.stdout) });
    const parsers = await loadParsers({ highlight: theme.level > 0 });
    const redraw = context.isTerminal.stdout && context.env.TERM !== 'dumb';
    return terminalOutput(writer, {
      theme,
      redraw,
      streamed,
      createRenderer: () => createMarkdownRenderer({ columns: widthOf(context), theme }, parsers),
    });
  }

  return {
    take(event) {
      const shown = secrets.length > 0 ? withoutSecrets(event, secrets) : event;
      const waits = answer.take(shown);
      void status.take(shown);
      return waits;
    },
    flush: () => writer.flush(),
    mayRestart: structured || !streamed,
    needsCost: structured || settings.get('verbose'),
  };
}

/** A theme for messages on stderr. */
export function stderrTheme(settings: Settings, context: CommandContext): Promise<Theme> {
  return openTheme({ name: themeName(settings), colorLevel: colorLevel(settings, context, context.isTerminal.stderr) });
}

export function stdoutTheme(settings: Settings, context: CommandContext): Promise<Theme> {
  return openTheme({ name: themeName(settings), colorLevel: colorLevel(settings, context, context.isTerminal.stdout) });
}

const WIDEST = 120;

/** Lines longer than this are hard to read; a pipe is laid out for eighty columns. */
function widthOf({ stdout, isTerminal }: CommandContext): number {
  return isTerminal.stdout ? Math.max(20, Math.min(WIDEST, (stdout.columns || 80) - 1)) : 80;
}

/** Most terminals are dark; those that say otherwise do so in COLORFGBG. */
function themeName(settings: Settings): 'dark' | 'light' | 'none' {
  const theme = settings.get('theme');
  return theme === 'auto' ? 'dark' : theme;
}

function colorLevel(settings: Settings, { env }: CommandContext, isTerminal: boolean): ColorLevel {
  const when = settings.get('color');
  if (when === 'never' || (when === 'auto' && (!isTerminal || env.TERM === 'dumb'))) return 0;
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}

/** A provider may repeat a key in its words: never on our screen. What the model itself writes is left alone. */
function withoutSecrets(event: StreamEvent, secrets: readonly string[]): StreamEvent {
  if (event.type !== 'notice' && event.type !== 'retry' && event.type !== 'turn.end') return event;
  return redactAll(event, secrets) as typeof event; // the same shape: only texts inside changed
}

function redactAll(value: Json | object, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === undefined ? undefined : redactAll(item, secrets)]));
}
