/** What went wrong with an MCP server, in words that say what to do. */

import { hideAddress } from '../../config/address-parts.ts';
import type { McpServer } from '../../config/mcp/server.ts';
import type { Unmet } from '../../config/mcp/variables.ts';
import { configurationError, type ErrorKind, errorCode, SottoError } from '../../core/errors.ts';
import { isObject, objectAt, parseJson, textAt } from '../../core/json.ts';
import { nounOf, shellWord } from '../../core/words.ts';
import type { ServerLog } from './log.ts';

/** The process has ended: what it said of an error, or else what it said last, is the best there is. */
export function lostError(server: McpServer, why: string, log: ServerLog): SottoError {
  const lines = log.lines().filter((line) => !line.startsWith('('));
  const last = (lines.slice(-NEAR_THE_END).findLast(tellsError) ?? lines.at(-1))?.trim();
  return new SottoError({
    kind: 'network',
    message: `The MCP server ${server.name} ${why}${last === undefined ? '' : `; it said: ${last.slice(0, 300)}`}.`.replace(/\.{2,}$/, '.'),
    hint: `See: sotto mcp check ${shellWord(server.name)}`,
  });
}

/** Behind an error come the places where it happened, and what the runtime says of itself. */
const NEAR_THE_END = 30;

function tellsError(line: string): boolean {
  return /error\b|\bcannot\b|\bnot found\b/i.test(line) && !/^\s*at |\bfile:\/\/|complete log of this run/.test(line);
}

/** The configuration speaks of what there is not. */
export function unmetError({ name, file }: McpServer, { variables, inputs, foreign, envFile }: Unmet): SottoError {
  if (foreign.length > 0)
    return configurationError(
      `The MCP server ${name} uses ${foreign.join(' and ')}, which sotto does not know.`,
      `Write its value into ${file}.`,
    );
  if (envFile !== undefined)
    return configurationError(`The MCP server ${name} needs the file ${envFile}, which cannot be read.`, `It is the "envFile" in ${file}.`);
  if (variables.length > 0)
    return configurationError(
      `The MCP server ${name} needs the ${nounOf(variables.length, 'variable')} ${variables.join(' and ')}, which ${nounOf(variables.length, 'is', 'are')} not set.`,
      `Set ${variables.join(' and ')} in the environment, or write ${nounOf(variables.length, 'its value', 'their values')} into ${file}.`,
    );
  return configurationError(
    `The MCP server ${name} asks for ${inputs.map(({ description }) => description).join(' and ')}.`,
    `Answer it once on a terminal with: sotto mcp check ${shellWord(name)}`,
  );
}

/** Of what a server says is wrong. */
const LONGEST_WORDS = 2000;

/** Anything the client library throws. */
export function serverError(server: McpServer, thrown: unknown): SottoError {
  if (thrown instanceof SottoError) return thrown;
  if (isOfKind(thrown, 'InsufficientScopeError'))
    return scopeError(server, 'requiredScope' in thrown && typeof thrown.requiredScope === 'string' ? thrown.requiredScope : undefined);
  if (isOddMessage(thrown)) return error(server, 'protocol', 'gave an answer that does not follow MCP');
  const status = statusOf(thrown);
  if (status !== undefined) return httpError(server, status, thrown);
  const code = errorCode(thrown);
  const words = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, LONGEST_WORDS);
  if (thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError'))
    return error(server, 'cancelled', 'was not waited for any longer');
  if (code === 'REQUEST_TIMEOUT')
    return error(server, 'timeout', 'did not answer in time', `See: sotto mcp check ${shellWord(server.name)}`);
  if (code === 'CLIENT_HTTP_UNEXPECTED_CONTENT')
    return error(
      server,
      'protocol',
      `does not speak MCP at ${addressOf(server)}: ${words}`,
      'Check the address; most servers have one that ends in /mcp.',
    );
  if (code === 'INVALID_RESULT') return error(server, 'protocol', `gave an answer that does not follow MCP${methodIn(words)}`);
  const network = networkCode(thrown);
  if (network !== undefined)
    return error(
      server,
      'network',
      `cannot be reached at ${addressOf(server)} (${network})`,
      'Check the address, and that the server is running.',
    );
  if (words === ODD_ERROR.message) return error(server, 'protocol', `gave ${ODD_ERROR.message}`);
  return error(server, 'protocol', `answered with an error: ${words}`);
}

/** What sotto itself says to whoever waits for an answer that was none. */
export const ODD_ERROR = { code: -32_603, message: 'an answer that does not follow MCP' };

/** " (tools/list)": what the library has refused; the rest of its words is a dump of its validator. */
function methodIn(words: string): string {
  const [, method] = /^Invalid result for ([\w/]+):/.exec(words) ?? [];
  return method === undefined ? '' : ` (${method})`;
}

/** A connection that is of no more use: the next call opens another one. */
export function isConnectionLost(thrown: unknown): boolean {
  return thrown instanceof SottoError && (thrown.kind === 'network' || thrown.status === 404);
}

/** The server knows nothing of our session any more and has not run what was asked. */
export function isSessionLost(thrown: unknown): boolean {
  return thrown instanceof SottoError && thrown.status === 404;
}

function httpError(server: McpServer, status: number, thrown: unknown): SottoError {
  const example = `{"Authorization": "Bearer \${${server.name.toUpperCase().replace(/\W/g, '_')}_TOKEN}"}`;
  const wanted =
    server.transport === 'http' && Object.keys(server.headers).length > 0
      ? 'Check its "headers"'
      : `Put the header that it wants into its "headers", such as ${example},`;
  if (status === 401 || status === 403)
    return error(server, 'authentication', `refused the request (HTTP ${status})`, `${wanted} in ${server.file}.`, status);
  if (status === 404) return error(server, 'not_found', `has nothing at ${addressOf(server)} (HTTP 404)`, 'Check the address.', status);
  if (status === 405)
    return error(server, 'protocol', `does not speak MCP at ${addressOf(server)} (HTTP 405)`, 'Check the address.', status);
  const body = textAt(dataOf(thrown), 'text') ?? '';
  const words = textAt(objectAt(parseJson(body), 'error'), 'message') ?? body;
  const said = /<html|<!doctype/i.test(words) ? '' : words.trim().slice(0, 200);
  return error(
    server,
    status >= 500 ? 'overloaded' : 'protocol',
    `answered with HTTP ${status}${said === '' ? '' : `: ${said}`}`,
    undefined,
    status,
  );
}

/** `isAgain`: it was signed in to before. `isOffered`: it has said that one can sign in. */
export function signInError(server: McpServer, { isAgain, isOffered }: { isAgain: boolean; isOffered: boolean }): SottoError {
  if (!isAgain && !isOffered) {
    const refused = httpError(server, 401, undefined);
    return new SottoError({
      ...fieldsOf(refused),
      hint: `Sign in with: sotto mcp login ${shellWord(server.name)}    or: ${refused.hint ?? ''}`,
    });
  }
  const what = isAgain ? 'wants you to sign in again' : 'wants you to sign in';
  return error(server, 'authentication', what, `${SIGN_IN}${shellWord(server.name)}`, 401);
}

/** The server has said, or a sign-in that there was has shown, that one can sign in. */
export function wantsSignIn({ hint }: SottoError): boolean {
  return hint?.startsWith(SIGN_IN) === true;
}

const SIGN_IN = 'Run: sotto mcp login ';

function fieldsOf({ kind, message, status }: SottoError) {
  return { kind, message, ...(status === undefined ? {} : { status }) };
}

/** Its tokens are good for less than was asked for. What it names is repeated only where no shell could read more into it. */
function scopeError(server: McpServer, scope: string | undefined): SottoError {
  const wanted = scope !== undefined && /^[\w.:/-]+( [\w.:/-]+)*$/.test(scope) && scope.length < 500 ? ` --scope "${scope}"` : '';
  return error(
    server,
    'authentication',
    'wants more rights than its sign-in has',
    `Run: sotto mcp login ${shellWord(server.name)}${wanted}`,
    403,
  );
}

function error(server: McpServer, kind: ErrorKind, what: string, hint?: string, status?: number): SottoError {
  const message = `The MCP server ${server.name} ${what}.`.replace(/\.{2,}$/, '.');
  return new SottoError({ kind, message, ...(hint === undefined ? {} : { hint }), ...(status === undefined ? {} : { status }) });
}

function addressOf(server: McpServer): string {
  if (server.transport === 'stdio') return 'its pipe';
  const url = URL.parse(server.url);
  return hideAddress(url ? `${url.origin}${url.pathname}` : server.url);
}

function dataOf(thrown: unknown) {
  const data = thrown instanceof Error && 'data' in thrown ? thrown.data : undefined;
  return isObject(data) ? data : undefined;
}

/** What was received is no JSON, or no message: the words of a parser or a dump of a validator. */
export function isOddMessage(thrown: unknown): boolean {
  return thrown instanceof SyntaxError || (thrown instanceof Error && /Zod/.test(thrown.name + thrown.constructor.name));
}

/** The client library's errors have no names of their own. */
export function isOfKind(thrown: unknown, kind: string): thrown is Error {
  return thrown instanceof Error && 'mcpBrand' in thrown.constructor && thrown.constructor.mcpBrand === `mcp.${kind}`;
}

/** The HTTP status that the client library was answered with. */
export function statusOf(thrown: unknown): number | undefined {
  // The older transport says it as a code.
  const status = dataOf(thrown)?.status ?? (isOfKind(thrown, 'SseError') && 'code' in thrown ? thrown.code : undefined);
  return typeof status === 'number' ? status : undefined;
}

/** `fetch` hides the reason one or two causes deep. */
function networkCode(thrown: unknown): string | undefined {
  let at: unknown = thrown;
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    const code = errorCode(at);
    if (code !== undefined && /^(E[A-Z]+|UND_ERR_\w+|CERT_\w+|.*_CERT.*)$/.test(code)) return code;
    at = at.cause;
  }
  if (thrown instanceof TypeError) return thrown.message;
  const code = errorCode(thrown);
  return code === 'NOT_CONNECTED' || code === 'CONNECTION_CLOSED' || code === 'SEND_FAILED' ? 'the connection is closed' : undefined;
}
