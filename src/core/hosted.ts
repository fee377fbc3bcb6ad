/** Tools that a provider runs on its own side, as the user names them: `web_search`, `file_search(vs_1, vs_2)`, `mcp(docs=https://…)`. */
import { usageError } from './errors.ts';

/** Plain JSON. What the values mean is the provider's to say: ids of stores, domains to search, servers by name. */
export type HostedTool = {
  name: string;
  /** What stands in the brackets alone. */
  values: readonly string[];
  /** What stands in the brackets behind a name and `=`. */
  named: Readonly<Record<string, string>>;
};

/** Reads a list of names; commas inside brackets belong to their tool, so a list that was split at every comma is put together again. */
export function parseHostedTools(list: readonly string[]): HostedTool[] {
  return splitOutsideBrackets(list.join(',')).map(parseOne);
}

function splitOutsideBrackets(text: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let piece = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth <= 0) {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  pieces.push(piece);
  return pieces.map((one) => one.trim()).filter((one) => one !== '');
}

function parseOne(text: string): HostedTool {
  const [, name, inner = ''] = /^([\w-]+)\s*(?:\((.*)\))?$/s.exec(text) ?? [];
  if (name === undefined)
    throw usageError(
      `"${text}" names no hosted tool.`,
      'Write a name, with what it needs in brackets: web_search, file_search(vs_1, vs_2), mcp(docs=https://example.com/mcp).',
    );
  const values: string[] = [];
  const named: Record<string, string> = {};
  for (const entry of inner.split(',').map((one) => one.trim())) {
    const [, key, value] = /^([\w-]+)\s*=\s*(.+)$/s.exec(entry) ?? [];
    if (key !== undefined && value !== undefined) named[key] = value;
    else if (entry !== '') values.push(entry);
  }
  return { name, values, named };
}
