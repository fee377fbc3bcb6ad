/** The tool that replaces a piece of a file by another; the user sees the difference first. */

import { type JsonObject, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext } from '../core/tool.ts';
import { counted } from '../core/words.ts';
import { type Diff, diffLines } from './diff.ts';
import { type FileAccess, failed } from './file-access.ts';
import { fileReason, type Place } from './paths.ts';
import { replaceFile } from './replace-file.ts';
import { replaceText } from './replace-text.ts';
import { encodeText, openText, sizeText, wholeText } from './text-files.ts';

const LARGEST = 16_000_000;

export function createEditFile(access: FileAccess): Tool {
  // What each planned call was shown to do: where the file is another one or has become another one, that is not what was allowed.
  const planned = new WeakMap<JsonObject, string>();
  return {
    name: 'edit_file',
    description: 'Replace text in a file. old_text must occur exactly once, unless all is true.',
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string' },
        old_text: { type: 'string', description: 'exact, with its white space' },
        new_text: { type: 'string' },
        all: { type: 'boolean', description: 'replace every occurrence' },
      },
      required: ['path', 'old_text', 'new_text'],
      additionalProperties: false,
    },
    access: 'write',
    source: 'built-in',
    exclusive: true,
    async plan(args, context) {
      const change = await prepare(args, access, context);
      if (typeof change === 'string') return { summary: `edit ${textAt(args, 'path')}`, refusal: change };
      const { added, removed, text } = change.diff;
      planned.set(args, shownOf(change));
      return {
        summary: `edit ${change.place.shown} (+${added} -${removed})`,
        details: text,
        ...access.writeRule(change.place, context),
      };
    },
    async run(args, context) {
      const change = await prepare(args, access, context);
      if (typeof change === 'string') return failed(change);
      if (context.signal.aborted) return stoppedWith('[nothing was changed]');
      const { place, bytes, diff, count } = change;
      if ((planned.get(args) ?? shownOf(change)) !== shownOf(change))
        return failed(`${place.shown} has become another one since the user was shown the change. Nothing was changed. Call it again.`);
      const isOther = await access.hasChanged(place.path);
      try {
        await replaceFile(place, bytes);
      } catch (thrown) {
        return failed(`${place.shown} cannot be written: ${fileReason(thrown)}. It was left as it is.`);
      }
      await access.remember(place.path);
      const times = count === 1 ? '' : ` in ${counted(count, 'place')}`;
      const note = isOther ? ' It had been changed by somebody else since you last saw it: read it again before you rely on the rest.' : '';
      return { output: `Changed ${place.shown}${times} (+${diff.added} -${diff.removed} lines).${note}` };
    },
  };
}

function shownOf({ place, diff }: Change): string {
  return `${place.path}\n${diff.text}`;
}

type Change = { place: Place; bytes: Buffer; diff: Diff; count: number };

/** What the edit makes of the file as it is now, or why it cannot be done. */
async function prepare(args: JsonObject, access: FileAccess, context: ToolContext): Promise<Change | string> {
  const place = await access.toWrite(textAt(args, 'path') ?? '', context);
  if ('refusal' in place) return place.refusal;
  let text: string;
  let kind: Parameters<typeof encodeText>[1];
  try {
    const file = await openText(place);
    try {
      if (file.kind.type !== 'text') return `${place.shown} is ${file.kind.what}, not text.`;
      if (file.size > LARGEST) return `${place.shown} is too large to edit (${sizeText(file.size)}).`;
      kind = file.kind;
      text = await wholeText(file, context.signal);
    } finally {
      await file.handle.close();
    }
  } catch (thrown) {
    return `${place.shown} cannot be edited: ${fileReason(thrown)}.`;
  }
  const result = replaceText(text, { old: textAt(args, 'old_text') ?? '', now: textAt(args, 'new_text') ?? '', isAll: args.all === true });
  if ('problem' in result) return `${place.shown}: ${result.problem}`;
  // Half of a character cannot be written: what is shown is what takes its place.
  const now = result.text.toWellFormed();
  const bytes = encodeText(now, kind);
  // Decoded and encoded again, bytes that were never text would come out changed.
  const isFaithful = bytes !== undefined && !text.includes('\ufffd');
  if (!isFaithful) return `${place.shown} is not UTF-8 or UTF-16 text, so an edit could damage it.`;
  return { place, bytes, diff: diffLines(text, now), count: result.count };
}
