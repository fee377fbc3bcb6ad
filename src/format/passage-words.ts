/** A passage that a search in files found, in one line: "manual.pdf (0.87): The first words of it". */
import { safeLine } from './safety.ts';

export function passageWords({ file, score, text }: { file: string; score: number | null; text: string }): string {
  const name = `${safeLine(file)}${score === null ? '' : ` (${score.toFixed(2)})`}`;
  return text === '' ? name : `${name}: ${safeLine(text.slice(0, MOST_READ))}`;
}

/** No row shows more. */
const MOST_READ = 500;
