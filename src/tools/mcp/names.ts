/** Names of MCP tools that every vendor takes (letters, digits, `_`, `-`, at most 64), all different, and the same at every start. */
import { hash } from './hash.ts';

const LONGEST = 64;

/** What the names of a server's tools begin with: two underscores stand behind its name and nowhere in it, so that `files__*` is one server's. */
export function serverPrefix(server: string): string {
  const plain = `${plainWord(server).replace(/_+/g, '_').replace(/_$/, '-')}__`;
  return /^[A-Za-z]/.test(plain) ? plain : `m_${plain}`;
}

/** One name for each pair, in their order. */
export function toolNames(tools: readonly { server: string; tool: string }[]): string[] {
  const plain = tools.map(({ server, tool }) => `${serverPrefix(server)}${plainWord(tool)}`);
  const count = new Map<string, number>();
  for (const name of plain) count.set(name, (count.get(name) ?? 0) + 1);
  const isFree = (name: string) => name.length <= LONGEST && count.get(name) === 1;
  const used = new Set<string>(plain.filter(isFree));
  return tools.map(({ server, tool }, index) => {
    const name = plain[index] ?? '';
    const chosen = isFree(name) ? name : marked(name, `${server}\n${tool}`, used);
    used.add(chosen);
    return chosen;
  });
}

function plainWord(text: string): string {
  return text.replace(/[^a-zA-Z0-9_-]+/g, '_');
}

/** The name cut short, with a mark that comes from the original one; a real double gets the next mark. */
function marked(name: string, original: string, used: ReadonlySet<string>): string {
  for (let round = 0; ; round++) {
    const mark = hash(`${original}${'\n'.repeat(round)}`);
    const chosen = `${name.slice(0, LONGEST - mark.length - 1)}_${mark}`;
    if (!used.has(chosen)) return chosen;
  }
}
