/** Chooses the outputs of a run: the answer on stdout in the form that was asked for, everything else on stderr. */

import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { redact } from '../config/redact.ts';
import type { StreamEvent } from '../core/events.ts';
import { groundFrom } from '../format/background.ts';
import { type Glyphs, glyphsFor } from '../format/glyphs.ts';
import { knowsHyperlinks } from '../format/hyperlinks.ts';
import { createSafeStream, safeText } from '../format/safety.ts';
import { type ColorLevel, openTheme, type Theme, type ThemeName } from '../format/theme.ts';
import type { Consumer } from '../output/consumer.ts';
import { statusOutput } from '../output/status.ts';
import { openWriter, type Writer } from '../output/writer.ts';

type Screen = {
  take(event: StreamEvent): Promise<void> | undefined;
  /** Nothing of an attempt is shown before the turn ends, or the form says which attempt a piece belongs to. */
  mayRestart: boolean;
  /** Somebody will see what it cost. */
  needsCost: boolean;
};

type ScreenRequest = {
  settings: Settings;
  context: CommandContext;
  /** The answer is held back until it has been checked against a schema, and is JSON. */
  checked: boolean;
  /** stdout takes no more: its reader has left, or the disk is full. */
  onClosed: () => void;
  /** Was this failure told already, when it happened? */
  isTold?: (message: string) => boolean;
};

export async function openScreen({ settings, context, checked, onClosed, isTold = () => false }: ScreenRequest): Promise<Screen> {
  const { isTerminal, secrets } = context;
  const output = outputOf(settings, context, checked);
  const isStructured = output === 'json' || output === 'ndjson';
  const streamed = settings.get('stream') && !checked;
  const writer = openWriter(context.stdout, { onClosed, interrupted: context.interrupted });
  const answer = await openAnswer(output, { writer, settings, context, streamed, checked });
  const status = statusOutput({
    write(line) {
      const print = () => void context.stderr.write(redact(line, secrets));
      if (answer.aside && isTerminal.stdout && isTerminal.stderr) answer.aside(print);
      else print();
    },
    theme: await stderrTheme(settings, context),
    quiet: settings.get('quiet'),
    verbose: settings.get('verbose'),
    structured: isStructured,
    isTold,
  });
  return {
    take(event) {
      const waits = answer.take(event);
      void status.take(event);
      return waits;
    },
    mayRestart: isStructured || !streamed,
    needsCost: isStructured || settings.get('verbose'),
  };
}

/** Does the output say by itself what went wrong? */
export function isStructured(settings: Settings): boolean {
  const output = settings.get('output');
  return output === 'json' || output === 'ndjson';
}

type Form = 'text' | 'markdown' | 'json' | 'ndjson';

function outputOf(settings: Settings, { isTerminal }: CommandContext, checked: boolean): Form {
  const output = settings.get('output') ?? (isTerminal.stdout ? 'markdown' : 'text');
  // JSON is not markdown: rendered as such it would lose characters.
  return checked && output === 'markdown' ? 'text' : output;
}

type AnswerOptions = { writer: Writer; settings: Settings; context: CommandContext; streamed: boolean; checked: boolean };

async function openAnswer(output: Form, { writer, settings, context, streamed, checked }: AnswerOptions): Promise<Consumer> {
  const isTerminal = context.isTerminal.stdout;
  if (output === 'json') return (await import('../output/json.ts')).jsonOutput(writer);
  if (output === 'ndjson') return (await import('../output/json.ts')).ndjsonOutput(writer);
  if (output === 'text') {
    const { textOutput } = await import('../output/text.ts');
    const onRejected = (text: string) => void context.stderr.write(`sotto: the answer, kept out of stdout:\n${safeText(text)}`);
    return textOutput(writer, {
      streamed,
      ...(isTerminal ? { safe: createSafeStream() } : {}),
      ...(checked ? { onRejected } : {}),
    });
  }
  const [{ terminalOutput }, { createMarkdownRenderer }, { loadParsers }] = await Promise.all([
    import('../output/terminal.ts'),
    import('../format/markdown.ts'),
    import('../format/markdown-parsers.ts'),
  ]);
  const theme = await stdoutTheme(settings, context);
  const parsers = await loadParsers({ highlight: theme.hasHues });
  // The tail has to stay on the screen to be redrawn, with the blank line above it.
  const maxTailLines = Math.max(1, Math.min(8, (context.stdout.rows ?? 24) - 3));
  return terminalOutput(writer, {
    theme,
    redraw: isTerminal && context.env.TERM !== 'dumb',
    streamed,
    columns: () => widthOf(context),
    beforeExit: context.beforeExit,
    aroundStop: context.aroundStop,
    createRenderer: (columns) =>
      createMarkdownRenderer(
        {
          columns,
          theme,
          maxTailLines,
          hyperlinks: hyperlinks(settings, context),
          formulas: isTerminal,
          edges: isTerminal ? 'numbered' : 'none',
        },
        parsers,
      ),
  });
}

/** A theme for messages on stderr. */
function stderrTheme(settings: Settings, context: CommandContext): Promise<Theme> {
  return themeFor(settings, context, context.isTerminal.stderr);
}

export function stdoutTheme(settings: Settings, context: CommandContext): Promise<Theme> {
  return themeFor(settings, context, context.isTerminal.stdout);
}

function themeFor(settings: Settings, context: CommandContext, isTerminal: boolean): Promise<Theme> {
  return openTheme({
    name: themeName(settings, context),
    colorLevel: colorLevel(settings, context, isTerminal),
    glyphs: glyphsOf(settings, context, isTerminal),
  });
}

/** What goes into a pipe is ASCII where nobody says otherwise. */
export function glyphsOf(settings: Settings, context: Pick<CommandContext, 'env' | 'platform'>, isTerminal: boolean): Glyphs {
  const setting = settings.get('glyphs');
  return glyphsFor(setting === 'auto' && !isTerminal ? 'ascii' : setting, context);
}

/** Are addresses put behind the text of links, for a terminal to open? */
export function hyperlinks(settings: Settings, { env, isTerminal }: Pick<CommandContext, 'env' | 'isTerminal'>): boolean {
  const when = settings.get('hyperlinks');
  return when === 'always' || (when === 'auto' && isTerminal.stdout && knowsHyperlinks(env));
}

/** Longer lines are hard to read. */
const WIDEST = 100;

/** Columns for text: a pipe is laid out for eighty. */
function widthOf({ stdout, isTerminal }: CommandContext): number {
  const screenColumns = isTerminal.stdout ? stdout.columns || 80 : 81;
  return Math.max(20, Math.min(WIDEST, screenColumns - 1));
}

/** The terminal is not asked, as the chat does: its answer could get among what is typed for the shell. */
function themeName(settings: Settings, { env }: CommandContext): ThemeName {
  const theme = settings.get('theme');
  return theme === 'auto' ? (groundFrom(env) ?? theme) : theme;
}

export function colorLevel(settings: Settings, { env }: CommandContext, isTerminal: boolean): ColorLevel {
  const when = settings.get('color');
  if (when === 'never' || (when === 'auto' && (!isTerminal || env.TERM === 'dumb'))) return 0;
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}
