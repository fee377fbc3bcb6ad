/** What the file tools share: the borders, what was read and in which state, and which reads outside were shown to the user. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type JsonObject, textAt } from '../core/json.ts';
import type { ToolContext, ToolOutcome, ToolPlan } from '../core/tool.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { isBelow, type Place, privacyOf, type Refused, resolveInside } from './paths.ts';

export type FileAccess = {
  /** What a read would be: asks where it leads outside. `verb` is "read", "list", "search". */
  planRead(args: JsonObject, verb: string, context: ToolContext): Promise<ToolPlan>;
  /** The place of a read that is to run now; outside only what `planRead` has said so of, of this very call. */
  toRead(args: JsonObject, context: ToolContext): Promise<Place | Refused>;
  toWrite(path: string, context: ToolContext): Promise<Place | Refused>;
  /** What rules for a write there are held against. */
  writeRule(place: Place, context: ToolContext): Pick<ToolPlan, 'pattern' | 'subject'>;
  /** Tells of paths without links whether they are secrets or sotto's own, for a search over many. */
  hidden(context: ToolContext): Promise<(path: string) => boolean>;
  /** Remembers the state of a file that the model has now seen or made. */
  remember(path: string): Promise<void>;
  /** True when a file is there that is not as the model last saw it (or saw that there was none); false when it never looked. */
  hasChanged(path: string): Promise<boolean>;
};

export type FilePorts = Pick<BuiltInPorts, 'home' | 'platform' | 'roots' | 'privatePaths'>;

export function createFileAccess(ports: FilePorts): FileAccess {
  const states = new Map<string, string>();
  const shownOutside = new WeakMap<JsonObject, string>();
  const place = (path: string, { folder }: ToolContext, write: boolean) =>
    resolveInside(path, { ...ports, folder, roots: ports.roots() }, { write });
  return {
    async planRead(args, verb, context) {
      const path = pathOf(args);
      const found = await place(path, context, false);
      if ('refusal' in found) return { summary: `${verb} ${path}`, refusal: found.refusal };
      if (found.isInside) return { summary: `${verb} ${found.shown}` };
      shownOutside.set(args, found.path);
      return {
        summary: `${verb} ${found.shown} (outside of the working folder)`,
        pattern: verb === 'read' ? patternBeside(found.path, { ...ports, ...context }) : patternBelow(found.path),
        subject: found.path,
        asks: true,
      };
    },
    async toRead(args, context) {
      const found = await place(pathOf(args), context, false);
      if ('refusal' in found || found.isInside || shownOutside.get(args) === found.path) return found;
      return { refusal: `${found.shown} is outside of the working folder, and the user was not asked about it.` };
    },
    toWrite: (path, context) => place(path, context, true),
    writeRule: ({ path, shown }, { folder }) => ({ pattern: patternBeside(path, { home: ports.home, folder }), subject: shown }),
    async hidden({ folder }) {
      const reason = await privacyOf({ ...ports, folder, roots: ports.roots() });
      return (path) => reason(path) !== undefined;
    },
    async remember(path) {
      states.set(path, (await stateOf(path)) ?? ABSENT);
    },
    async hasChanged(path) {
      const before = states.get(path);
      const now = await stateOf(path);
      return before !== undefined && now !== undefined && before !== now;
    },
  };
}

/** The working folder where none is named. */
function pathOf(args: JsonObject): string {
  return textAt(args, 'path') ?? '.';
}

/**
 * What "always" covers of a file: its folder and below. A yes to one note in the home folder is none to all that is in it; nor is
 * one beside the working folder, to its neighbors; nor one to a hidden file, to anything else.
 */
function patternBeside(path: string, { home, folder }: { home: string; folder: string }): string {
  const parent = dirname(path);
  const isAlone = basename(path).startsWith('.') || [home, dirname(folder)].some((one) => isBelow(one, parent));
  return isAlone ? join(literalPattern(path)) : patternBelow(parent);
}

/** All that is in a folder, and below. A star in a name stands for itself. */
function patternBelow(folder: string): string {
  return join(literalPattern(folder), '*');
}

/**
 * Text that stands for itself in a pattern, which knows only the star, and on one line. No two texts are written the same: a
 * backslash of the text is written as two.
 */
export function literalPattern(text: string): string {
  return text.replace(/[*\\\x00-\x1f\x7f]/g, (found) => (found === '\\' ? '\\\\' : escaped(found)));
}

/** The beginning of a pattern that is good for one working folder only: what a name means elsewhere is up to somebody else. */
export function withinFolder(folder: string): string {
  return `in ${literalPattern(folder).replaceAll(':', escaped)}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A failure as the model gets it. */
export function failed(output: string): ToolOutcome {
  return { output, failed: true };
}

const ABSENT = 'absent';

async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return undefined;
  }
}
