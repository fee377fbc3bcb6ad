/** When a server may ask the user: while it is at work for the user, and not again and again after a no. */
import type { JsonObject } from '../../core/json.ts';
import { type Elicitation, type ElicitationPorts, elicit } from './elicitation.ts';

/** Something that the server was asked for. */
export type Work = { signal: AbortSignal; waitsFor?: ((answer: Promise<unknown>) => void) | undefined };

export type Asking = {
  /** The server is at work until this settles. */
  during<T>(work: Work, result: Promise<T>): Promise<T>;
  answer(params: JsonObject, signal: AbortSignal): Promise<Elicitation>;
};

/** Whoever has said no so often in one piece of work means it. */
const MOST_REFUSALS = 3;

export function createAsking(server: string, ports: ElicitationPorts): Asking {
  const open = new Set<Work>();
  let refusals = 0;
  const refused = (why: string): Elicitation => {
    ports.said(`the MCP server ${server} wanted to ask something and was answered no: ${why}`);
    return { action: 'decline' };
  };
  return {
    async during(work, result) {
      if (open.size === 0) refusals = 0;
      open.add(work);
      try {
        return await result;
      } finally {
        open.delete(work);
      }
    },
    async answer(params, signal) {
      if (open.size === 0) return refused('it was asked for nothing');
      if (refusals === MOST_REFUSALS) {
        refusals += 1;
        return refused(`it was told no ${MOST_REFUSALS} times`);
      }
      if (refusals > MOST_REFUSALS) return { action: 'decline' };
      // A question of the only work there is ends with it.
      const [only] = open.size === 1 ? open : [];
      const answer = elicit(server, params, ports, AbortSignal.any([signal, ...(only ? [only.signal] : [])]));
      for (const { waitsFor } of open) waitsFor?.(answer);
      const given = await answer;
      refusals = given.action === 'accept' ? 0 : refusals + 1;
      return given;
    },
  };
}
