/** What a prompt names with @, a file or a resource of a server: found in its text when it is sent, and known again when it comes back. */
import type { MediaPart, TextPart } from '../core/messages.ts';

/** `@word` and `@"words with spaces"`, at the beginning of a word. */
export function referencesIn(text: string): string[] {
  const found = [...text.matchAll(/(?<=^|[\s([{<])@(?:"([^"\n]+)"|([^\s"]+))/g)].map(
    ([, quoted, plain = '']) => quoted ?? plain.replace(/[.,;:!?)\]}>]+$/, ''),
  );
  return [...new Set(found)];
}

/** Only what looks like a file: "@someone" stays a word. */
export function isPath(reference: string): boolean {
  return /[./~\\]/.test(reference);
}

/** What came with a prompt besides what its text names: that is read again when it is sent again. */
export function withoutNamed(text: string, attachments: readonly (TextPart | MediaPart)[]): (TextPart | MediaPart)[] {
  const references = referencesIn(text);
  return attachments.filter((part) => !references.some((reference) => isOf(part, reference)));
}

/** A text stands under its path, a picture has it as its name, with the user's folder written out. */
function isOf(part: TextPart | MediaPart, reference: string): boolean {
  if (part.type === 'text') return part.text.startsWith(`${reference}:\n`);
  return part.name === reference || (isPath(reference) && (part.name?.endsWith(reference.replace(/^~/, '')) ?? false));
}
