/** The tool that writes a whole file; the user sees the difference first. */
import { dirname } from 'node:path';
import { type JsonObject, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolPlan } from '../core/tool.ts';
import { diffLines } from './diff.ts';
import { type FileAccess, failed, patternBelow } from './file-access.ts';
import type { Encoding } from './file-kinds.ts';
import { fileReason, type Place } from './paths.ts';
import { replaceFile } from './replace-file.ts';
import { encodeText, openText, sizeText, wholeText } from './text-files.ts';

const LARGEST_SHOWN = 4_000_000;

export function createWriteFile(access: FileAccess): Tool {
  // Where each call leads that was planned: a link that is laid anew until it runs leads nowhere else.
  const planned = new WeakMap<JsonObject, string>();
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
      planned.set(args, place.path);
      return planWrite(place, textAt(args, 'content') ?? '', { access, context });
    },
    async run(args, context) {
      const place = await access.toWrite(textAt(args, 'path') ?? '', context);
      if ('refusal' in place) return failed(place.refusal);
      if (context.signal.aborted) return stoppedWith('[nothing was written]');
      if ((planned.get(args) ?? place.path) !== place.path) return failed(leadsElsewhere(place));
      if (await access.hasChanged(place.path)) return failed(changedMeanwhile(place));
      const content = textAt(args, 'content') ?? '';
      try {
        await replaceFile(place, likeBefore(content, await textBefore(place, context.signal)).bytes);
      } catch (thrown) {
        return failed(`${place.shown} cannot be written: ${fileReason(thrown)}. It was left as it is.`);
      }
      await access.remember(place.path);
      return { output: `${place.exists ? 'Replaced' : 'Created'} ${place.shown} (${lineCount(content)}).` };
    },
  };
}

async function planWrite(
  place: Place,
  content: string,
  { access, context }: { access: FileAccess; context: ToolContext },
): Promise<ToolPlan> {
  const rule = { pattern: patternBelow(dirname(place.path)), subject: place.shown };
  if (!place.exists) {
    await access.remember(place.path);
    return { summary: `create ${place.shown} (${lineCount(content)})`, details: diffLines('', content).text, ...rule };
  }
  if (await access.hasChanged(place.path)) return { summary: `write ${place.shown}`, refusal: changedMeanwhile(place) };
  const before = await textBefore(place, context.signal);
  // What the user decides about is this state: a change between the plan and the writing is found out.
  await access.remember(place.path);
  if (before.note !== undefined) {
    return { summary: `replace ${place.shown} (${before.note}) by ${lineCount(content)}`, details: diffLines('', content).text, ...rule };
  }
  const { text, added, removed } = diffLines(before.text, likeBefore(content, before).text);
  return { summary: `write ${place.shown} (${lineCount(content)}, +${added} -${removed})`, details: text, ...rule };
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
      return { text: await wholeText(file, signal), kind };
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
  return `${count} line${count === 1 ? '' : 's'}`;
}
