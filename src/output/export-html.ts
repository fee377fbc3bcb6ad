/** `--format html`: one file to read and print, without scripts, without anything loaded from elsewhere. */
import { createHash } from 'node:crypto';
import type { MediaPart, Part, TextPart, ToolResultPart } from '../core/messages.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';
import { STYLE } from './export-html-style.ts';
import { codeHtml, escapeHtml, markdownHtml, safeAddress } from './export-html-text.ts';
import { activePath, argumentsText, factsOf, incompleteness, joinTexts, modelText, outputText, timeText, titleOf } from './export-path.ts';

export function* exportHtml(records: Iterable<ConversationRecord>, { title }: { title?: string } = {}): Generator<string> {
  let begun = false;
  for (const record of records) {
    if (!begun) yield head(title ?? titleOf(record));
    begun = true;
    yield `<article>\n<header>\n<h1 dir="auto">${escapeHtml(titleOf(record))}</h1>\n<dl>\n`;
    for (const [label, value] of factsOf(record)) yield `<dt>${escapeHtml(label)}</dt><dd dir="auto">${escapeHtml(value)}</dd>\n`;
    yield '</dl>\n</header>\n';
    if (record.system) yield `<section class="system">\n<h2>System</h2>\n${body(markdownHtml(record.system))}</section>\n`;
    for (const message of activePath(record)) yield messageHtml(message);
    yield '</article>\n';
  }
  if (!begun) yield head(title ?? 'No conversations');
  yield '</body>\n</html>\n';
}

/** The one style sheet is named by its hash: no other style, script, picture, frame or address can do anything. */
function head(title: string): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="sotto">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
`;
}

function messageHtml(recorded: RecordedMessage): string {
  const { message } = recorded;
  const heading = { user: 'User', assistant: 'Assistant', tool: 'Tool' }[message.role];
  const by = [message.role === 'assistant' ? modelText(recorded) : '', timeText(recorded.createdMs)].filter(Boolean).join(', ');
  const note = incompleteness(recorded);
  return `<section class="${message.role}">
<h2>${heading} <small>${escapeHtml(by)}</small></h2>
${joinTexts(message.parts).map(partHtml).join('')}${note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>\n`}</section>
`;
}

function partHtml(part: Part): string {
  switch (part.type) {
    case 'text':
      return textHtml(part);
    case 'reasoning':
      return part.text === '' ? '' : folded('Reasoning', markdownHtml(part.text));
    case 'tool_call':
      return `<p class="call">Calls <code>${escapeHtml(part.name)}</code></p>\n${codeHtml(argumentsText(part), 'json')}`;
    case 'tool_result':
      return resultHtml(part);
    case 'media':
      return mediaHtml(part);
    case 'hosted':
      return folded(`Run by the provider: ${part.name}`, codeHtml(JSON.stringify(part.original.item, null, 2), 'json'));
  }
}

function textHtml({ text, citations }: TextPart): string {
  const sources = new Map((citations ?? []).flatMap(({ url, title }) => (url === undefined ? [] : [[url, title || url]])));
  const list = [...sources].map(([url, title]) => `<li>${sourceHtml(url, title)}</li>\n`).join('');
  return `${body(markdownHtml(text))}${list === '' ? '' : `<ul class="sources">\n${list}</ul>\n`}`;
}

function sourceHtml(url: string, title: string): string {
  const safe = safeAddress(url);
  return safe === undefined ? escapeHtml(title) : `<a href="${escapeHtml(safe)}" rel="noopener noreferrer">${escapeHtml(title)}</a>`;
}

function resultHtml(part: ToolResultPart): string {
  const { language, text } = outputText(part.output);
  return folded(`Result of ${part.name}${part.failed ? ' (failed)' : ''}`, codeHtml(text, language));
}

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Only the four kinds of pictures that run nothing: SVG is a program. */
function mediaHtml({ mediaType, name, data }: MediaPart): string {
  const label = escapeHtml(name ?? mediaType);
  const bytes = data.replace(/\s+/g, '');
  if (!PICTURES.has(mediaType) || !/^[A-Za-z0-9+/]+={0,2}$/.test(bytes)) return `<p class="note">Attachment: ${label}</p>\n`;
  return `<figure><img src="data:${mediaType};base64,${bytes}" alt="${label}"><figcaption>${label}</figcaption></figure>\n`;
}

function folded(summary: string, content: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n${body(content)}</details>\n`;
}

function body(content: string): string {
  return `<div dir="auto">\n${content}</div>\n`;
}
