// Saved conversations to measure with: words as they are common here, half of the conversations imported and of any time in nine years.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';

export const MODEL = { provider: 'openai', model: 'gpt-4o-mini' };
let seed = 1;
let WORDS;

export const worldOf = (file) => ({
  file,
  now: () => Date.now(),
  random: Math.random,
  pid: process.pid,
  isRunning: () => true,
  wakeAfter: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
});

/** Makes the database. Returns the id of the conversation of 1,000 messages, and three words that stand together in one message. */
export function fillStore(file, messages) {
  const store = openStore(worldOf(file));
  let long;
  let phrase;
  let left = messages / 2;
  for (const [number, texts] of conversations(messages)) {
    const isImported = number % 2 === 1;
    // Not from `chance`: the texts are the same with and without times.
    const createdMs = isImported ? 1_500_000_000_000 + ((number * 7_919) % 9973) * 28_000_000 : 1_600_000_000_000 + number * 5_000_000;
    const { id } = store.importConversation({
      v: 1,
      title: number === 0 ? 'The long one' : `Conversation ${number}`,
      titleSource: 'user',
      source: { name: isImported ? 'chatgpt' : 'bench', id: String(number) },
      createdMs,
      ...MODEL,
      messages: texts.map((content, index) => ({
        id: index,
        parent: index === 0 ? null : index - 1,
        createdMs: createdMs + index * 1000,
        message: { role: index % 2 ? 'assistant' : 'user', parts: [{ type: 'text', text: content }] },
      })),
    });
    long ??= id;
    left -= texts.length;
    if (left < 0) phrase ??= texts[0].split(/\s+/).slice(2, 5).join(' ');
  }
  store.close();
  return { long, phrase };
}

/** Texts: one conversation of 1,000 messages, then as many of 2 to 98 as are needed; the same on every call. */
export function* conversations(messages) {
  seed = 1;
  let left = messages;
  for (let number = 0; left > 0; number++) {
    const size = number === 0 ? Math.min(left, 1000) : Math.min(left, 2 + Math.floor(96 * chance()));
    const texts = Array.from({ length: size }, () => text(Math.floor(40 + 1160 * chance() ** 3)));
    if (left - size <= messages / 2 && left > messages / 2) texts[0] += ' zyxrareword interceptional 数据库';
    yield [number, texts];
    left -= size;
  }
}

function chance() {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 4_294_967_296;
}

/**
 * Words of this repository's own manual and comments, as common as they are there; one in thirty is a name made of two, so that
 * there is a long tail. A made-up language would have other triples of letters, and searching depends on those.
 */
export function text(length) {
  WORDS ??= corpus();
  let result = '';
  while (result.length < length) {
    const word = WORDS[Math.floor(chance() * WORDS.length)];
    const name = chance() < 0.03 ? word + WORDS[Math.floor(chance() * WORDS.length)] : word;
    result += name + (chance() < 0.1 ? '.\n' : ' ');
  }
  return result;
}

function corpus() {
  const files = readdirSync(new URL('../../src', import.meta.url), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const words = files.flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').match(/[A-Za-z][a-z]+/g) ?? []);
  return words.sort();
}
