// One question in a chat: typed, sent, answered to its end, and what that has cost.
import { setTimeout as sleep } from 'node:timers/promises';
import { END } from './chat-text.js';
import { nowMs } from './process.js';
import { fullClears } from './screen.js';

export const PROMPT = /(?:^|[\r\n])>/;
const QUESTION = 'Say hello.';
/** Everything that belongs to an answer has been drawn by then. */
const SETTLE_MS = 400;
/** A connection is kept for the next question for about three seconds, and put away four seconds later. */
const CONNECTION_MS = 8500;

/** Resolves with a chat that waits for its first question, which nothing disturbs any more. */
export async function readyChat(opening) {
  const chat = await opening;
  await chat.shows(PROMPT);
  await chat.quiet(SETTLE_MS);
  return chat;
}

/** Sends the question; `at` is where the output stood then. */
export async function send(chat) {
  const before = chat.mark();
  chat.type(QUESTION);
  await chat.shows(new RegExp(QUESTION), before);
  await chat.quiet(100);
  const at = chat.mark();
  const sentMs = nowMs();
  chat.type('\r');
  return { at, sentMs };
}

/** From Enter until the end of the answer is shown and nothing moves any more. */
export async function answered(chat) {
  const before = chat.usage();
  const { at, sentMs } = await send(chat);
  const shownMs = await chat.shows(new RegExp(END), at);
  await chat.quiet(SETTLE_MS);
  const after = chat.usage();
  const bytes = chat.bytesSince(at);
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    wallMs: shownMs - sentMs,
    shownMs,
    written: bytes.length,
    clears: fullClears(bytes),
    peakMb: after.peakMb,
  };
}

/** Runs the action with a chat that is closed afterwards, however it went. */
export async function withChat(opening, action) {
  const chat = await opening;
  try {
    return await action(chat);
  } finally {
    await chat.close();
  }
}

/** What happens in so many milliseconds in which nobody does anything. */
export async function atRest(chat, milliseconds) {
  await chat.quiet(CONNECTION_MS);
  const at = chat.mark();
  const before = chat.usage();
  await sleep(milliseconds);
  const after = chat.usage();
  return { cpuMs: after.cpuMs - before.cpuMs, wakeUps: after.wakeUps - before.wakeUps, written: chat.bytesSince(at).length };
}
