/** Links whose address stands elsewhere (`[text][name]`, `[name]: address`): a line that uses one waits a little for its definition. */
import type { Links } from './markdown-inline.ts';

type ReferenceQueue = {
  /** Takes a complete line and returns those that can be read now. */
  push(line: string): string[];
  /** Lines wait, and with this much of the next one there is still room for it. */
  holds(line: string): boolean;
  /** Those that wait. */
  waiting(): readonly string[];
  /** All that wait, with the definitions among them known. */
  release(): string[];
};

/** What waits is still on the screen, as the unfinished end of the text: so it is short. */
const LONGEST_WAIT = { lines: 6, characters: 400 };

export function createReferenceQueue(links: Links): ReferenceQueue {
  let lines: string[] = [];
  let size = 0;
  const wanted = new Set<string>();

  function release(): string[] {
    const released = lines;
    for (const line of released) define(line, links);
    lines = [];
    size = 0;
    wanted.clear();
    return released;
  }

  return {
    push(line) {
      for (const name of openNames(line, links)) wanted.add(name);
      lines.push(line);
      size += line.length + 1;
      if (wanted.size > 0) wanted.delete(definitionIn(line)?.name ?? '');
      return wanted.size === 0 || lines.length >= LONGEST_WAIT.lines || size > LONGEST_WAIT.characters ? release() : [];
    },
    holds: (line) => lines.length > 0 && size + line.length <= LONGEST_WAIT.characters,
    waiting: () => lines,
    release,
  };
}

/** `[name]: address` gives links their address; the first one of a name counts. */
export function define(line: string, links: Links): void {
  const found = definitionIn(line);
  if (found) links[found.name] ??= { href: found.href };
}

export function isDefinition(line: string): boolean {
  return definitionIn(line) !== undefined;
}

const DEFINITION = /^[ >]{0,40}\[(?!\^)((?:\\.|[^\\[\]]){1,300})\]:\s+(?:<([^<>]*)>|([^\s<]\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$/;

function definitionIn(line: string): { name: string; href: string } | undefined {
  if (!line.includes(']:')) return undefined;
  const found = DEFINITION.exec(line);
  return found ? { name: nameOf(found[1] ?? ''), href: found[2] ?? found[3] ?? '' } : undefined;
}

/** Names of references in the line that nothing has defined; `x[0][1]` is none. */
function openNames(line: string, links: Links): string[] {
  if (!line.includes('][')) return [];
  const names = Array.from(line.matchAll(REFERENCE), ([, text = '', name = '']) => nameOf(name === '' ? text : name));
  return names.filter((name) => !Object.hasOwn(links, name));
}

const REFERENCE = /(?<![\w\]\\])\[([^\][\n]{1,200})\]\[([^\][\n]{0,200})\]/g;

/** As marked compares them. */
function nameOf(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();
}
