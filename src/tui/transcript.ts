/** Stored messages on the screen: the newest of a conversation after a resume, and a prompt as it is sent. */

import {
  type AssistantMessage,
  type MediaPart,
  parseArguments,
  reasoningOf,
  type TextPart,
  type ToolMessage,
  type ToolResultPart,
} from '../core/messages.ts';
import { nounOf } from '../core/words.ts';
import type { ChatMessage, Prompt } from '../engine/chat.ts';
import { describeArguments } from '../format/call-words.ts';
import { moreLines } from '../format/detail-rows.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import { formatCount } from '../format/numbers.ts';
import type { Theme } from '../format/theme.ts';
import { PLAIN_PARSERS, renderAnswer } from './reply-answer.ts';
import { codeBefore } from './reply-code.ts';
import { headingLines } from './reply-heading.ts';
import { createPage, indented, indentOf, type Page, textColumns } from './reply-page.ts';
import { barEdge, createProse, firstRows } from './reply-prose.ts';
import { endLines, hostedLines, mediaLine, type Paper, said, sourceLines } from './reply-words.ts';
import { callLines, endedCall } from './tool-view.ts';

export type TranscriptOptions = {
  /** What a line may take. */
  columns: number;
  theme: Theme;
  /** Without them emphasis and links stay as they were written. */
  parsers?: MarkdownParsers;
  hyperlinks?: boolean;
  /** Thoughts in full instead of a word. */
  showReasoning?: boolean;
  linear?: boolean;
};

/** Whole messages; `count` is how many were taken from the end. */
type TranscriptPage = { lines: string[]; count: number };

/** As many of the newest messages as fill about one and a half windows, below a line that says how many there are before. */
export function recentMessages(messages: readonly ChatMessage[], options: TranscriptOptions & { rows: number }): TranscriptPage {
  const { lines, start } = pageBefore(messages, messages.length, options);
  const before = start === 0 ? [] : [...note(`(${formatCount(start)} earlier ${nounOf(start, 'message')}: /more)`, options), ''];
  return { lines: [...before, ...lines], count: messages.length - start };
}

/** The ones before the `shown` newest; no lines: there are none. */
export function earlierMessages(
  messages: readonly ChatMessage[],
  shown: number,
  options: TranscriptOptions & { rows: number },
): TranscriptPage {
  const end = Math.max(0, messages.length - shown);
  if (end === 0) return { lines: [], count: 0 };
  const { lines, start } = pageBefore(messages, end, options);
  const which = start + 1 === end ? `message ${formatCount(end)}` : `messages ${formatCount(start + 1)} to ${formatCount(end)}`;
  const more = start === 0 ? '' : '; before them: /more';
  return { lines: [...note(`(${which} of ${formatCount(messages.length)}${more})`, options), '', ...lines], count: end - start };
}

/** A prompt as it is sent, with an empty line behind it; a long one is folded. */
export function renderPrompt({ text, attachments = [] }: Prompt, options: TranscriptOptions): string[] {
  const { page, layout, paper, indent } = open(options);
  const parts: (TextPart | MediaPart)[] = text.trim() === '' ? [...attachments] : [{ type: 'text', text }, ...attachments];
  page.add('heading', [layout.linear ? 'You:' : options.theme.paint('strong', 'you')]);
  parts.forEach((part, index) => {
    page.add('text', indented(promptPart(part, { paper, rows: index === 0 ? LONGEST_PROMPT : LONGEST_ATTACHMENT }), indent));
  });
  return [...page.take(), ''];
}

/** Turns are further apart than the blocks of one. */
export function turnGap({ linear = false }: Pick<TranscriptOptions, 'linear'>): string[] {
  return linear ? [] : [''];
}

/** Rows of a prompt that are shown, and of each text that came with it. */
const LONGEST_PROMPT = 20;
const LONGEST_ATTACHMENT = 3;

function promptPart(part: TextPart | MediaPart, { paper, rows }: { paper: Paper; rows: number }): string[] {
  if (part.type === 'media') return said(mediaLine(part), 'dim', paper);
  const role = rows === LONGEST_PROMPT ? undefined : 'dim';
  const { lines, more } = firstRows(part.text, { rows, role, ...paper });
  return more === 0 ? lines : [...lines, paper.theme.paint('dim', moreLines(more))];
}

type Opened = { page: Page; layout: { columns: number; linear: boolean }; paper: Paper; indent: string };

function open({ columns, theme, linear = false }: TranscriptOptions): Opened {
  const layout = { columns: textColumns(columns), linear };
  const indent = indentOf(layout);
  return { page: createPage(layout), layout, indent, paper: { columns: layout.columns - indent.length, theme } };
}

function note(words: string, { columns, theme }: TranscriptOptions): string[] {
  return said(words, 'dim', { columns: textColumns(columns), theme });
}

/** From `end` backwards, until there is enough to see; looks at nothing before that. */
function pageBefore(
  messages: readonly ChatMessage[],
  end: number,
  options: TranscriptOptions & { rows: number },
): { lines: string[]; start: number } {
  const enough = Math.max(10, Math.ceil(options.rows * 1.5));
  const units: string[][] = [];
  let start = end;
  let rows = 0;
  let last = { start: end, end };
  while (start > 0 && rows < enough) {
    last = { start: unitStart(messages, start), end: start };
    const lines = renderUnit(messages, { ...last, isFirst: false }, options);
    units.push(lines);
    rows += lines.length;
    start = last.start;
  }
  // The topmost one says who speaks, also where it goes on with what stands above it.
  if (units.length > 0 && start > 0) units[units.length - 1] = renderUnit(messages, { ...last, isFirst: true }, options);
  return { lines: units.reverse().flat(), start };
}

/** A reply and the results of its calls are shown as one. */
function unitStart(messages: readonly ChatMessage[], end: number): number {
  let start = end - 1;
  while (start > 0 && messages[start]?.message.role === 'tool') start--;
  return start;
}

type Unit = { start: number; end: number; isFirst: boolean };

function renderUnit(messages: readonly ChatMessage[], { start, end, isFirst }: Unit, options: TranscriptOptions): string[] {
  const stored = messages[start];
  if (!stored) return [];
  const { message } = stored;
  if (message.role === 'user')
    return [...(start > 0 ? turnGap(options) : []), ...renderPrompt({ text: '', attachments: message.parts }, options)];
  const results = messages
    .slice(message.role === 'tool' ? start : start + 1, end)
    .flatMap((one) => (one.message.role === 'tool' ? one.message.parts : []));
  const opened = open(options);
  if (message.role === 'tool') addResults(opened, message, options);
  else {
    if (isFirst || !goesOn(messages, start)) addHeading(opened, { stored, message }, options);
    addParts(opened, { message, results, blocksBefore: codeBefore(messages, start).length }, options);
    addEnd(opened, stored, message);
  }
  return [...opened.page.take(), ''];
}

/** Does this reply follow one of the same model, in the same turn? */
function goesOn(messages: readonly ChatMessage[], start: number): boolean {
  if (messages[start - 1]?.message.role !== 'tool') return false;
  const before = messages[unitStart(messages, start)];
  return before?.message.role === 'assistant' && before.model === messages[start]?.model && before.provider === messages[start]?.provider;
}

function addHeading(
  { page, layout }: Opened,
  { stored, message }: { stored: ChatMessage; message: AssistantMessage },
  { theme, showReasoning }: TranscriptOptions,
): void {
  const { provider, model } = stored;
  const isFolded = !showReasoning && reasoningOf(message) !== '';
  page.add('heading', headingLines({ provider, model, right: isFolded ? 'thought' : undefined }, { ...layout, theme }));
}

function addParts(
  { page, layout, paper, indent }: Opened,
  { message, results, blocksBefore }: { message: AssistantMessage; results: readonly ToolResultPart[]; blocksBefore: number },
  { parsers = PLAIN_PARSERS, hyperlinks = false, showReasoning = false, theme }: TranscriptOptions,
): void {
  const waiting = [...results];
  const reasoning = showReasoning ? reasoningOf(message) : '';
  if (reasoning !== '') {
    const prose = createProse({ ...paper, role: 'dim', edge: barEdge({ theme, linear: layout.linear }) });
    page.add('thought', indented([...prose.push(reasoning.trim()), ...prose.end()], indent));
  }
  let text = '';
  let blocks = blocksBefore;
  const edges = layout.linear ? 'none' : 'numbered';
  const endText = () => {
    const { lines, codeBlocks } = renderAnswer(text, parsers, { ...paper, hyperlinks, edges, blocksBefore: blocks });
    page.add('text', indented(lines, indent));
    blocks = codeBlocks;
    text = '';
  };
  for (const part of message.parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type !== 'reasoning') {
      endText();
      if (part.type === 'tool_call') {
        const parsed = parseArguments(part.arguments);
        const words = describeArguments(parsed.ok ? parsed.value : part.arguments);
        const at = waiting.findIndex(({ callId }) => callId === part.id);
        const [result] = at < 0 ? [] : waiting.splice(at, 1);
        const look = { ...paper, linear: layout.linear, outputLines: 3, theme };
        const lines = result
          ? resultLines(result, words, look)
          : callLines({ name: part.name, words, status: 'no result', role: 'dim' }, look);
        page.add('tool', indented(lines, indent));
      } else page.add('aside', indented(part.type === 'media' ? said(mediaLine(part), 'dim', paper) : hostedLines(part, paper), indent));
    }
  }
  endText();
  const citations = message.parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : []));
  page.add('sources', indented(sourceLines(citations, paper), indent));
}

/** Results whose calls are not there: a conversation that was cut or imported. */
function addResults({ page, layout, paper, indent }: Opened, { parts }: ToolMessage, { theme }: TranscriptOptions): void {
  const look = { ...paper, linear: layout.linear, outputLines: 3, theme };
  for (const result of parts) page.add('tool', indented(resultLines(result, '', look), indent));
}

function resultLines(result: ToolResultPart, words: string, look: Parameters<typeof endedCall>[1]): string[] {
  const { name, output, failed } = result;
  return endedCall({ name, words, output, outcome: failed ? 'failed' : 'ok', durationMs: null, details: null, reason: null }, look);
}

function addEnd({ page, paper, indent }: Opened, { status, finishReason, error }: ChatMessage, message: AssistantMessage): void {
  page.add('aside', indented(markLines({ status, finishReason, error }, { hasAnswer: message.parts.length > 0, paper }), indent));
}

function markLines(
  { status, finishReason, error }: Pick<ChatMessage, 'status' | 'finishReason' | 'error'>,
  { hasAnswer, paper }: { hasAnswer: boolean; paper: Paper },
): string[] {
  switch (status) {
    case 'complete':
      return endLines({ finishReason: finishReason ?? 'stop', error: null }, { hasAnswer, paper });
    case 'cancelled':
      return endLines({ finishReason: 'cancelled', error: null }, { hasAnswer, paper });
    case 'failed':
      return error ? endLines({ finishReason: 'error', error }, { hasAnswer, paper }) : said('(failed)', 'warning', paper);
    case 'interrupted':
      return said('(interrupted: sotto ended before the reply did)', 'dim', paper);
    case 'streaming':
      return said('(still being written)', 'dim', paper);
  }
}
