/** The tool that writes a whole file; the user sees the difference first. */

import { type JsonObject, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolPlan } from '../core/tool.ts';
import { counted } from '../core/words.ts';
import { diffLines } from './diff.ts';
import { type FileAccess, failed } from './file-access.ts';
import type { Encoding } from './file-kinds.ts';
import { fileReason, type Place } from './paths.ts';
import { replaceFile } from './replace-file.ts';
import { encodeText, openText, sizeText, wholeText } from './text-files.ts';

const LARGEST_SHOWN = 4_000_000;

export function createWriteFile(access: FileAccess): Tool {
  // What each planned call was shown to write, and over what: a link that is laid anew leads nowhere else, and no other text goes.
  const planned = new WeakMap<JsonObject, Shown>();
  return {
    name: 'write_file',
    description: 'Create a file or replace all of it. For a change of a part use edit_file.',
    parameters: {
      type: 'object',
      properties: { path: { type: 'string' }, content: { type: 'string' } },
      required: ['path', 'content'],
      additionalProperties: false,
    },
    access: 'write',
    source: 'built-in',
    exclusive: true,
    async plan(args, context) {
      const place = await access.toWrite(textAt(args, 'path') ?? '', context);
      if ('refusal' in place) return { summary: `write ${textAt(args, 'path')}`, refusal: place.refusal };
      const { plan, before } = await planWrite(place, contentOf(args), { access, context });
      if (before) planned.set(args, { path: place.path, before: before.text });
      return plan;
    },
    async run(args, context) {
      const place = await access.toWrite(textAt(args, 'path') ?? '', context);
      if ('refusal' in place) return failed(place.refusal);
      if (context.signal.aborted) return stoppedWith('[nothing was written]');
      const shown = planned.get(args);
      if (shown && shown.path !== place.path) return failed(leadsElsewhere(place));
      const before = await textBefore(place, context.signal);
      if ((await access.hasChanged(place.path)) || (shown && shown.before !== before.text)) return failed(changedMeanwhile(place));
      if (context.signal.aborted) return stoppedWith('[nothing was written]');
      const content = contentOf(args);
      try {
        await replaceFile(place, likeBefore(content, before).bytes);
      } catch (thrown) {
        return failed(`${place.shown} cannot be written: ${fileReason(thrown)}. It was left as it is.`);
      }
      await access.remember(place.path);
      return { output: `${place.exists ? 'Replaced' : 'Created'} ${place.shown} (${lineCount(content)}).` };
    },
  };
}

type Shown = { path: string; before: string };

/** Half of a character cannot be written: what is shown is what takes its place. */
function contentOf(args: JsonObject): string {
  return (textAt(args, 'content') ?? '').toWellFormed();
}

async function planWrite(
  place: Place,
  content: string,
  { access, context }: { access: FileAccess; context: ToolContext },
): Promise<{ plan: ToolPlan; before?: Before }> {
  const rule = access.writeRule(place, context);
  if (!place.exists) {
    await access.remember(place.path);
    const plan = { summary: `create ${place.shown} (${lineCount(content)})`, details: diffLines('', content).text, ...rule };
    return { plan, before: { text: '' } };
  }
  if (await access.hasChanged(place.path)) return { plan: { summary: `write ${place.shown}`, refusal: changedMeanwhile(place) } };
  // What the user decides about is this state: a change between the plan and the writing, or while it is read, is found out.
  await access.remember(place.path);
  const before = await textBefore(place, context.signal);
  if (before.note !== undefined) {
    const summary = `replace ${place.shown} (${before.note}) by ${lineCount(content)}`;
    return { plan: { summary, details: diffLines('', content).text, ...rule }, before };
  }
  const { text, added, removed } = diffLines(before.text, likeBefore(content, before).text);
  return { plan: { summary: `write ${place.shown} (${lineCount(content)}, +${added} -${removed})`, details: text, ...rule }, before };
}

function leadsElsewhere({ shown }: Place): string {
  return `The path now leads to ${shown}, which is not what the user was shown. Nothing was written.`;
}

function changedMeanwhile({ shown }: Place): string {
  return `${shown} was changed by somebody else since you last saw it. Read it again, then write it.`;
}

type Encoded = { encoding: Encoding; markBytes: number };
type Before = { text: string; note?: string; kind?: Encoded };

async function textBefore(place: Place, signal: AbortSignal): Promise<Before> {
  if (!place.exists) return { text: '' };
  try {
    const file = await openText(place);
    try {
      const { kind, size } = file;
      if (kind.type !== 'text') return { text: '', note: kind.what };
      if (size > LARGEST_SHOWN) return { text: '', note: `a text of ${sizeText(size)}` };
      if (encodeText('', kind) === undefined) return { text: '', note: 'a text in another encoding' };
      const text = await wholeText(file, signal);
      // Bytes that were never text would seem to be kept.
      return text.includes('\ufffd') ? { text: '', note: 'a text with bytes that are no characters' } : { text, kind };
    } finally {
      await file.handle.close();
    }
  } catch (thrown) {
    return { text: '', note: fileReason(thrown) };
  }
}

/** In the encoding and with the line ends of the text that was there. */
function likeBefore(content: string, { text, kind }: Before): { text: string; bytes: Buffer } {
  const isWindows = text.includes('\r\n') && !/(^|[^\r])\n/.test(text) && !content.includes('\r');
  const now = isWindows ? content.replaceAll('\n', '\r\n') : content;
  return { text: now, bytes: (kind && encodeText(now, kind)) ?? Buffer.from(now, 'utf8') };
}

function lineCount(content: string): string {
  const count = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
  return counted(count, 'line');
}
