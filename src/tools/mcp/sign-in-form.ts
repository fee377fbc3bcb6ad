/** Signs in to a server in the middle of a chat or an answer, where somebody can be asked: once, and not again after a no. */
import type { HttpServer } from '../../config/mcp/server.ts';
import { asSottoError, cancelledError, type SottoError } from '../../core/errors.ts';
import type { Form } from '../../core/form.ts';
import { wantsSignIn } from './failures.ts';
import type { McpPorts } from './ports.ts';

type SignInOffer = { ports: McpPorts; secret: (text: string) => void };

/** True where the server can be asked again; false where the failure stands. Throws where the sign-in itself fails. */
export async function offerSignIn(
  server: HttpServer,
  failure: SottoError,
  { ports, secret }: SignInOffer,
  signal: AbortSignal,
): Promise<boolean> {
  const { ask, open, logins } = ports;
  if (!ask || !logins || !wantsSignIn(failure)) return false;
  const from = `the MCP server ${server.name}`;
  const offer: Form = { from, message: 'It wants you to sign in.', fields: [], question: 'Sign in now?' };
  if ((await ask(offer, signal)).action !== 'accept') return false;
  const { signIn } = await import('./sign-in.ts');
  let address: URL | undefined;
  let refused = '';
  const paste = async (stop: AbortSignal): Promise<string> => {
    const where = `${refused}${open ? 'Your browser is being opened' : 'Open this address in a browser'}, to sign in at ${address?.host ?? ''}:`;
    const field = {
      name: 'back',
      title: 'If the browser ends at a page that cannot be shown, its address',
      isRequired: true,
      kind: 'text' as const,
    };
    const form: Form = { from, message: where, fields: [field], isExpected: true, ...(address ? { address: address.href } : {}) };
    const answer = await ask(form, stop);
    if (answer.action !== 'accept') throw cancelledError();
    return String(answer.values.back ?? '');
  };
  const request = {
    server,
    fetch: ports.fetch,
    logins,
    secret,
    show(to: URL) {
      address = to;
      void open?.(to);
    },
    paste,
    refuse(why: string) {
      refused = `${why} `;
    },
  };
  try {
    await signIn(request, signal);
    return true;
  } catch (thrown) {
    // Whoever calls it off has not been refused: what the server wants stands.
    if (asSottoError(thrown).kind === 'cancelled' && !signal.aborted) return false;
    throw thrown;
  }
}
