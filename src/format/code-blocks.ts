/** Takes the fenced code blocks out of a reply, byte for byte. */

export type CodeBlock = {
  /** First word after the fence, such as `sh`; empty where there is none. */
  language: string;
  /** What stands between the fences, with the line ends it came with. */
  source: string;
  /** False: the text ended before the fence was closed. */
  closed: boolean;
};

/** In the order of the text. Fences in lists and quotes count; their indentation and quote marks are not part of the code. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: (Opening & { source: string }) | undefined;
  for (const line of linesOf(text)) {
    if (!open) {
      const opening = openingOf(line);
      if (opening) open = { ...opening, source: '' };
      continue;
    }
    const inner = open.quotes > 0 ? withoutQuotes(line, open.quotes) : line;
    if (inner !== undefined && !closes(inner, open.fence)) {
      open.source += withoutIndent(inner, open.indent);
      continue;
    }
    blocks.push({ language: open.language, source: open.source, closed: true });
    // The end of a quote ends the code in it, and may itself begin another block.
    const next = inner === undefined ? openingOf(line) : undefined;
    open = next && { ...next, source: '' };
  }
  if (open) blocks.push({ language: open.language, source: open.source, closed: false });
  return blocks;
}

type Opening = { fence: string; language: string; indent: number; quotes: number };

// Spaces, quote marks and list markers; then the fence; then its info, which holds no backtick after a fence of backticks.
const OPENING = /^((?:[ \t]|>|(?:[-*+]|\d{1,9}[.)])[ \t])*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`]*)[^\n]*$/;

function openingOf(line: string): Opening | undefined {
  const match = OPENING.exec(line.replace(/\r?\n$/, ''));
  if (!match) return undefined;
  const [, prefix = '', fence = '', language = ''] = match;
  const quotes = prefix.split('>').length - 1;
  const inside = prefix.slice(prefix.lastIndexOf('>') + 1);
  // One space after a quote mark belongs to the mark.
  return { fence, language, indent: quotes > 0 ? inside.replace(/^ /, '').length : inside.length, quotes };
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text.startsWith(fence) && text.split(fence.charAt(0)).join('') === '';
}

function withoutIndent(line: string, indent: number): string {
  let from = 0;
  while (from < indent && (line[from] === ' ' || line[from] === '\t')) from++;
  return line.slice(from);
}

/** Undefined where the line is not quoted that deep: the quote is over. */
function withoutQuotes(line: string, quotes: number): string | undefined {
  let rest = line;
  for (let level = 0; level < quotes; level++) {
    const match = /^[ \t]*>[ ]?/.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length);
  }
  return rest;
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
