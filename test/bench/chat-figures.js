// The chat at the hands of its user: how soon it can be typed into, how soon a key is seen, rest, memory, long conversations.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alternate, median, repeat } from './calm.js';
import { answered, atRest, PROMPT, readyChat, send, withChat } from './chat-run.js';
import { END, mixedText } from './chat-text.js';
import { nowMs, succeeded } from './process.js';
import { factRow, limitRow, ratioRow } from './rows.js';

const SMALL = { text: mixedText(2000), size: 8, perWrite: 8 };
/** Long enough for every key. */
const STREAM = { text: mixedText(40_000), size: 4, perWrite: 1, perSecond: 200 };
const ANSWER_OF_50_KB = { text: mixedText(50_000), size: 16, perWrite: 32 };
/** No answer and nothing around it has these letters. */
const KEYS = [...'QXZKJVBYUW'];
const ROUNDS = 3;
const REST_MS = 3000;
const FEW_ANSWERS = 20;
const MANY_ANSWERS = 200;
/** Memory goes up and down with every collection: so many measurements in a row are taken together. */
const TOGETHER = 5;
const LONG_CONVERSATION = 5000;

export async function chatReady(bench, runs = 11) {
  const opened = (open) => () =>
    withChat(open('http://127.0.0.1:9'), async (chat) => {
      const promptMs = await chat.shows(PROMPT);
      const echoMs = await keyShown(chat, KEYS[0]);
      return { promptMs: promptMs - chat.startedMs, typedMs: promptMs - chat.startedMs + echoMs };
    });
  const { measured, floor } = await alternate(runs, opened(bench.chat), opened(bench.chatFloor));
  const row = (what, bound, pick) =>
    ratioRow({ figure: 'chat-ready', what, unit: 'ms', measured: measured.map(pick), floor: floor.map(pick), bound });
  return [row('ready to type', 1.4, (run) => run.promptMs), row('a key typed then is shown', 1.4, (run) => run.typedMs)];
}

/** While nothing happens, and while an answer streams. */
export async function chatEcho(bench, runs = 3) {
  const typed = (open) => async () => {
    const answer = await bench.mock.open(STREAM);
    return withChat(open(answer.url), async (chat) => {
      await readyChat(chat);
      const idleMs = await echoes(chat);
      const { at } = await send(chat);
      await chat.shows(/n0000\d\d/, at);
      return { idleMs, streamingMs: await echoes(chat) };
    });
  };
  const { measured, floor } = await alternate(runs, typed(bench.chat), typed(bench.chatFloor));
  const row = (what, bound, pick) =>
    limitRow({ figure: 'chat-echo', what, unit: 'ms', measured: measured.map(pick), floor: floor.map(pick), bound });
  return [
    row('key to echo, idle', undefined, (run) => median(run.idleMs)),
    row('key to echo while an answer streams', undefined, (run) => median(run.streamingMs)),
    row('the difference', 3, (run) => median(run.streamingMs) - median(run.idleMs)),
    row('the slowest key while it streams', undefined, (run) => Math.max(...run.streamingMs)),
  ];
}

export async function chatIdle(bench, runs = 1) {
  const answer = await bench.mock.open(SMALL);
  const results = await repeat(runs, () =>
    withChat(bench.chat(answer.url), async (chat) => {
      await readyChat(chat);
      const fresh = await atRest(chat, REST_MS);
      await answered(chat);
      return { fresh, later: await atRest(chat, REST_MS) };
    }),
  );
  await answer.record();
  return [...restRows('before the first question', (run) => run.fresh), ...restRows('after an answer', (run) => run.later)];

  function restRows(when, pick) {
    const most = (name) => Math.max(...results.map((run) => pick(run)[name]));
    const found = `${most('cpuMs').toFixed(1)} ms, ${most('wakeUps')} wake-ups, ${most('written')} bytes`;
    const holds = most('cpuMs') < 1 && most('wakeUps') === 0 && most('written') === 0;
    return [factRow({ figure: 'chat-idle', what: `${REST_MS / 1000} s of rest ${when}`, found, expected: 'nothing', holds })];
  }
}

/** One chat and so many answers of 50 KB: in a conversation that goes on, which is sent along each time, and in several. */
export async function chatMemory(bench) {
  return [
    memoryRow('in one conversation', await memoryAfterEach(bench, MANY_ANSWERS)),
    memoryRow(`a new one after every ${FEW_ANSWERS}`, await memoryAfterEach(bench, FEW_ANSWERS)),
  ];
}

function memoryRow(how, memoryMb) {
  const upTo = (count) => memoryMb.slice(count - TOGETHER, count);
  return ratioRow({
    figure: 'chat-memory',
    what: `memory after ${MANY_ANSWERS} answers, after ${FEW_ANSWERS}, ${how}`,
    unit: 'MB',
    measured: upTo(MANY_ANSWERS),
    floor: upTo(FEW_ANSWERS),
    bound: 1.2,
  });
}

async function memoryAfterEach(bench, perConversation) {
  const answer = await bench.mock.open(ANSWER_OF_50_KB);
  const memoryMb = await withChat(bench.chat(answer.url, { more: ['--private'] }), async (chat) => {
    await readyChat(chat);
    const found = [];
    const say = async (words, pattern) => {
      const at = chat.mark();
      chat.type(words);
      await chat.quiet(20);
      chat.type('\r');
      await chat.shows(pattern, at);
      await chat.quiet(20);
    };
    while (found.length < MANY_ANSWERS) {
      if (found.length > 0 && found.length % perConversation === 0) await say('/new', /A new conversation\./);
      await say('Again.', new RegExp(END));
      found.push(chat.usage().memoryMb);
    }
    return found;
  });
  await answer.record();
  return memoryMb;
}

export async function chatResume(bench, runs = 7) {
  const home = 'long';
  const last = `${LONG_CONVERSATION} messages ${END}`;
  const file = join(bench.folder, 'long.json');
  writeFileSync(file, JSON.stringify(longConversation(last)));
  await succeeded(bench.sotto(['import', file], { home }));
  const opened = (options, pattern) => () =>
    withChat(bench.chat('http://127.0.0.1:9', { home, ...options }), async (chat) => (await chat.shows(pattern)) - chat.startedMs);
  const { measured, floor } = await alternate(
    runs,
    opened({ more: ['--continue'] }, new RegExp(`${END}[^]*${PROMPT.source}`)),
    opened({}, PROMPT),
  );
  const what = `a conversation of ${LONG_CONVERSATION} messages is shown, an empty chat`;
  return [ratioRow({ figure: 'chat-resume', what, unit: 'ms', measured, floor, bound: 2 })];
}

function longConversation(last) {
  const created = Date.parse('2026-01-01');
  const messages = Array.from({ length: LONG_CONVERSATION }, (_, index) => ({
    id: index + 1,
    parent: index === 0 ? null : index,
    status: 'complete',
    createdMs: created + index,
    message: {
      role: index % 2 === 0 ? 'user' : 'assistant',
      parts: [{ type: 'text', text: index === LONG_CONVERSATION - 1 ? last : mixedText(1500) }],
    },
  }));
  const conversation = { v: 1, id: 'bench', title: 'A long one', createdMs: created, activeMessage: LONG_CONVERSATION, messages };
  return { v: 1, kind: 'sotto.conversations', conversations: [{ ...conversation, provider: 'openai', model: 'gpt-4o-mini' }] };
}

/** Milliseconds from each key to its echo. */
async function echoes(chat) {
  const found = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const key of KEYS) {
      found.push(await keyShown(chat, key));
      // In no step with the frames of the answer.
      await sleep(30 + ((found.length * 13) % 37));
    }
    chat.type('\x7f'.repeat(KEYS.length));
    await sleep(150);
  }
  return found;
}

/** A key whose letter stands nowhere else: what is drawn meanwhile does not have it. */
async function keyShown(chat, key) {
  const at = chat.mark();
  const typedMs = nowMs();
  chat.type(key);
  return (await chat.shows(new RegExp(key), at)) - typedMs;
}
