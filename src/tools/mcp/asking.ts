/** When a server may ask the user: while it is at work for the user, one question at a time, and not again and again after a no. */
import type { JsonObject } from '../../core/json.ts';
import { type Elicitation, type ElicitationPorts, elicit } from './elicitation.ts';

/** Something that the server was asked for. */
export type Work = { signal: AbortSignal; waitsFor?: ((answer: Promise<unknown>) => void) | undefined };

type Asking = {
  /** The server is at work until this settles. */
  during<T>(work: Work, result: Promise<T>): Promise<T>;
  answer(params: JsonObject, signal: AbortSignal): Promise<Elicitation>;
};

/** Whoever has said no so often in one piece of work means it. */
const MOST_REFUSALS = 3;
/** Questions that wait for the one before. */
const MOST_WAITING = 10;

export function createAsking(server: string, ports: ElicitationPorts): Asking {
  const open = new Set<Work>();
  /** Why it was answered no in this piece of work: each reason is said once. */
  const told = new Set<string>();
  let refusals = 0;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const refused = (why: string): Elicitation => {
    if (!told.has(why)) ports.said(`the MCP server ${server} wanted to ask something and was answered no: ${why}`);
    told.add(why);
    return { action: 'decline' };
  };

  /** Looked at when it is asked for, and again when its turn comes. */
  function whyNot(): string | undefined {
    if (open.size === 0) return 'it was asked for nothing';
    return refusals >= MOST_REFUSALS ? `it was told no ${MOST_REFUSALS} times` : undefined;
  }

  async function asked(params: JsonObject, signal: AbortSignal): Promise<Elicitation> {
    // Whoever asked has ended meanwhile.
    if (signal.aborted || open.size === 0) return { action: 'cancel' };
    const why = whyNot();
    if (why !== undefined) return refused(why);
    const given = await elicit(server, params, ports, signal);
    refusals = given.action === 'accept' ? 0 : refusals + 1;
    return given;
  }

  return {
    async during(work, result) {
      if (open.size === 0) {
        refusals = 0;
        told.clear();
      }
      open.add(work);
      try {
        return await result;
      } finally {
        open.delete(work);
      }
    },
    async answer(params, signal) {
      const why = whyNot() ?? (waiting >= MOST_WAITING ? `it asks more than ${MOST_WAITING} questions at once` : undefined);
      if (why !== undefined) return refused(why);
      // A question of the only work there is ends with it.
      const [only] = open.size === 1 ? open : [];
      const ends = AbortSignal.any([signal, ...(only ? [only.signal] : [])]);
      waiting += 1;
      const answer = last.then(() => asked(params, ends)).finally(() => (waiting -= 1));
      last = answer.catch(() => undefined);
      for (const { waitsFor } of open) waitsFor?.(answer);
      return answer;
    },
  };
}
