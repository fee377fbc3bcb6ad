/** Replaces an exact piece of a text, in the line ends of the text, or says why it cannot be found. */
import { oneLine } from '../core/words.ts';

type Replacement = { old: string; now: string; isAll: boolean };
type Replaced = { text: string; count: number } | { problem: string };

export function replaceText(text: string, { old, now, isAll }: Replacement): Replaced {
  if (old === '') return { problem: 'old_text is empty. To write a whole file use write_file.' };
  if (old === now) return { problem: 'old_text and new_text are the same.' };
  const attempt = inLineEnds(text, { old, now });
  const starts = occurrences(text, attempt.old);
  if (starts.length === 0) return { problem: notFound(text, old) };
  if (starts.length > 1 && !isAll) {
    const lines = starts.slice(0, 10).map((start) => lineAt(text, start));
    return {
      problem: `old_text occurs ${starts.length} times, at lines ${lines.join(', ')}${starts.length > 10 ? ', ...' : ''}. Give more of the text around the one that is meant, or set all to true.`,
    };
  }
  return { text: text.split(attempt.old).join(attempt.now), count: starts.length };
}

/** Models write `\n`; where the text has `\r\n` at that place, both pieces do. */
function inLineEnds(text: string, { old, now }: { old: string; now: string }): { old: string; now: string } {
  const toWindows = (piece: string) => piece.replace(/\r?\n/g, '\r\n');
  if (!text.includes('\r\n'))
    return { old: text.includes(old) ? old : old.replaceAll('\r\n', '\n'), now: old.includes('\r\n') ? now.replaceAll('\r\n', '\n') : now };
  const isMixed = /(^|[^\r])\n/.test(text);
  if (isMixed && text.includes(old)) return { old, now };
  return { old: toWindows(old), now: toWindows(now) };
}

function occurrences(text: string, piece: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + piece.length)) starts.push(at);
  return starts;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Most misses are of white space: says where the same words are. */
function notFound(text: string, old: string): string {
  const wanted = old.split('\n').map(squeezed);
  while (wanted.length > 1 && wanted[0] === '') wanted.shift();
  while (wanted.length > 1 && wanted.at(-1) === '') wanted.pop();
  const lines = text.split('\n').map(squeezed);
  const first = wanted[0] ?? '';
  const at =
    first === '' ? -1 : lines.findIndex((line, index) => line === first && wanted.every((part, offset) => lines[index + offset] === part));
  if (at !== -1)
    return `old_text was not found as it is; at line ${at + 1} is the same text with other white space. Copy it exactly from there.`;
  const near = first === '' ? -1 : lines.indexOf(first);
  if (near !== -1)
    return `old_text was not found; its first line is at line ${near + 1}, but what follows is different. Read the file again.`;
  return 'old_text was not found. Read the file again and copy the text exactly.';
}

function squeezed(line: string): string {
  return oneLine(line);
}
