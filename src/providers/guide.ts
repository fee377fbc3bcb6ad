/** The built-in guide as a provider: answers questions about sotto from its own manual, offline, and is no language model. */
import { cancelledError, SottoError } from '../core/errors.ts';
import type { FinishReason, ModelEvent } from '../core/events.ts';
import type { JsonObject } from '../core/json.ts';
import { type Message, type TextPart, type ToolCallPart, textOf, type UserMessage } from '../core/messages.ts';
import type { ModelInfo } from '../core/model.ts';
import type { ModelRequest, Provider } from '../core/provider.ts';
import { type Finding, findSections } from './guide-search.ts';
import type { Section } from './guide-text.ts';
import { askedCalls, type GuideCall, resultsText } from './guide-tools.ts';
import { hostedRequest, NOTHING_HOSTED } from './hosted-tools.ts';

type GuideOptions = {
  /** The name the user knows it by. */
  name: string;
  /** Asked from the chat: its commands come first. */
  isChat?: true;
  /** Resolves after so many milliseconds; rejects when the signal fires. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

export function openGuide({ name, sleep, isChat }: GuideOptions): Provider {
  return {
    name,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const question = questionOf(request, name);
      if (signal.aborted) throw cancelledError();
      // Whatever model was asked for, this is what answers.
      yield { type: 'request.start', provider: name, model: GUIDE_MODEL.id };
      const reply = replyTo(question, { request, isChat: isChat === true });
      for (const [index, part] of reply.parts.entries()) {
        if (index > 0) await pause(sleep, signal);
        yield* partEvents(part, { id: `p${index}`, isStreamed: request.stream, sleep }, signal);
      }
      // It counts no tokens, and costs nothing.
      yield { type: 'usage', usage: {}, costUsd: 0 };
      yield { type: 'finish', reason: reply.reason, raw: reply.raw, model: GUIDE_MODEL.id };
    },
    preview: async (request) => ({ method: 'POST', url: 'guide:', body: bodyOf(request, name) }),
    check: async () => {},
    models: async () => [GUIDE_MODEL],
  };
}

export const GUIDE_MODEL: ModelInfo = {
  id: 'guide',
  name: 'The built-in guide to sotto',
  abilities: { images: false, tools: true, reasoning: false, schema: false },
  source: 'provider',
};

/** What the guide says, as markdown. */
function answerText(finding: Finding, { isChat = false } = {}): string {
  const paragraphs =
    finding.kind === 'answered'
      ? [OPENING, ...finding.sections.map((section) => sectionText(section, isChat)), ...titles('See also:', finding.seeAlso)]
      : [NO_SECTION, ...titles('The closest I have; ask for one by its title:', finding.nearest), isChat ? OTHERWISE_IN_CHAT : OTHERWISE];
  return `${paragraphs.join('\n\n')}\n`;
}

/** The text in at most `most` pieces, cut between words only. */
export function pieces(text: string, most = MOST_PIECES): string[] {
  const whole = text.match(/\S+\s*|\s+/g) ?? [];
  const perPiece = Math.max(1, Math.ceil(whole.length / most));
  const cut: string[] = [];
  for (let at = 0; at < whole.length; at += perPiece) cut.push(whole.slice(at, at + perPiece).join(''));
  return cut;
}

const PAUSE_MS = 8;
const MOST_PIECES = 60;

const OPENING = '*This is sotto’s built-in guide, not a language model. From the manual:*';

const NO_SECTION = `*This is sotto’s built-in guide, not a language model.*

I have no section about that. I only know sotto itself, and I would rather say so than make something up.`;

const OTHERWISE = `For any other question, connect a real model:

\`\`\`sh
sotto keys set openai                          # a key, then: sotto -p openai "…"
sotto -p ollama -m llama3.2 "…"                # a local model, after: ollama pull llama3.2
sotto -p guide "how do I connect a model?"     # all the ways
\`\`\`

What I can explain: \`sotto -p guide contents\`.`;

const OTHERWISE_IN_CHAT = 'For any other question, connect a real model: type `/connect`. What I can explain: type `contents`.';

type Reply = { parts: readonly (TextPart | ToolCallPart)[]; reason: FinishReason; raw: string };

type Asked = { request: ModelRequest; isChat: boolean };

/** Tools are called for what plainly asks for them; what the manual answers stays with the manual where it could mean either. */
function replyTo(question: string, { request: { messages, tools = [] }, isChat }: Asked): Reply {
  const last = messages.at(-1);
  if (last?.role === 'tool') return { parts: [{ type: 'text', text: resultsText(last.parts) }], reason: 'stop', raw: 'tool_results' };
  const asked = askedCalls(question, tools);
  const finding = findSections(question);
  if (asked && (!asked.isLoose || finding.kind === 'no_section'))
    return { parts: callParts(asked.calls, messages), reason: 'tool_calls', raw: 'tool_calls' };
  return { parts: [{ type: 'text', text: answerText(finding, { isChat }) }], reason: 'stop', raw: finding.kind };
}

/** Ids go on counting through the conversation, so that none is there twice. */
function callParts(calls: readonly GuideCall[], messages: readonly Message[]): ToolCallPart[] {
  const before = messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool_call')).length;
  return calls.map((call, index) => ({
    type: 'tool_call',
    id: `guide_${before + index + 1}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  }));
}

type Telling = { id: string; isStreamed: boolean; sleep: GuideOptions['sleep'] };

async function* partEvents(
  part: Reply['parts'][number],
  { id, isStreamed, sleep }: Telling,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const text = part.type === 'text' ? part.text : part.arguments;
  yield { type: 'part.start', id, kind: part.type, ...(part.type === 'text' ? {} : { name: part.name, callId: part.id }) };
  for (const [index, piece] of (isStreamed ? pieces(text) : [text]).entries()) {
    if (index > 0) await pause(sleep, signal);
    if (signal.aborted) throw cancelledError();
    yield { type: 'part.delta', id, text: piece };
  }
  yield { type: 'part.end', id, part };
}

function bodyOf(request: ModelRequest, name: string): JsonObject {
  const question = questionOf(request, name);
  return request.tools?.length ? { question, tools: request.tools.map((tool) => tool.name) } : { question };
}

/** The last question alone: the guide has no memory. Throws for what only a model can do. */
function questionOf(request: ModelRequest, name: string): string {
  const refuse = (message: string, hint: string): SottoError => new SottoError({ kind: 'unsupported', provider: name, message, hint });
  if (request.schema)
    throw refuse(
      'The built-in guide cannot answer by a schema: it is not a language model.',
      'Leave out --schema, or ask a model: sotto -p PROVIDER --schema …',
    );
  hostedRequest(request.hosted, NOTHING_HOSTED, name);
  const last = request.messages.findLast((message): message is UserMessage => message.role === 'user');
  if (last?.parts.some((part) => part.type === 'media'))
    throw refuse(
      'The built-in guide cannot see pictures: it is not a language model.',
      'Ask a model that can: sotto -p PROVIDER -m MODEL -f PICTURE "…"',
    );
  return last ? textOf(last).trim() : '';
}

async function pause(sleep: GuideOptions['sleep'], signal: AbortSignal): Promise<void> {
  try {
    await sleep(PAUSE_MS, signal);
  } catch (thrown) {
    throw signal.aborted ? cancelledError() : thrown;
  }
}

function sectionText({ title, body, inChat }: Section, isChat: boolean): string {
  const first = isChat && inChat !== undefined ? `**Here in the chat:** ${inChat}\n\n` : '';
  return `## ${title}\n\n${first}${body}`;
}

function titles(heading: string, sections: readonly Section[]): string[] {
  return sections.length === 0 ? [] : [`${heading}\n\n${sections.map((section) => `- ${section.title}`).join('\n')}`];
}
