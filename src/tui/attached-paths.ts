/** Files that a prompt names with @: found in its text when it is sent, and known again when it comes back. */
import type { MediaPart, TextPart } from '../core/messages.ts';

/** `@path` and `@"path with spaces"`, at the beginning of a word. */
export function attachedPaths(text: string): string[] {
  const found = [...text.matchAll(/(?<=^|[\s([{<])@(?:"([^"\n]+)"|([^\s"]+))/g)].map((match) => match[1] ?? match[2] ?? '');
  // Only what looks like a file: "@someone" stays a word.
  return [...new Set(found.map((path) => path.replace(/[.,;:!?)\]}>]+$/, '')).filter((path) => /[./~\\]/.test(path)))];
}

/** What came with a prompt besides the files that its text names: those are read again when it is sent again. */
export function withoutNamed(text: string, attachments: readonly (TextPart | MediaPart)[]): (TextPart | MediaPart)[] {
  const paths = attachedPaths(text);
  return attachments.filter((part) => !paths.some((path) => isOf(part, path)));
}

/** A text stands under its path, a picture has it as its name, with the user's folder written out. */
function isOf(part: TextPart | MediaPart, path: string): boolean {
  return part.type === 'text' ? part.text.startsWith(`${path}:\n`) : (part.name?.endsWith(path.replace(/^~/, '')) ?? false);
}
