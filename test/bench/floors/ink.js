// The least that a chat made with Ink does: finished lines are printed once, the last one is redrawn 30 times a second at most, a line to type in.
import { Box, render, Static, Text, useInput } from 'ink';
import { createElement as element, Fragment, useReducer, useRef } from 'react';

const FRAME_MS = 1000 / 30;
const url = process.argv[2];

function Chat() {
  const [, redraw] = useReducer((count) => count + 1, 0);
  const { current: chat } = useRef({ typed: '', printed: [], live: '' });

  async function send() {
    chat.printed = [...chat.printed, `> ${chat.typed}`];
    chat.typed = '';
    let due;
    const draw = () => {
      due = undefined;
      const lines = chat.live.split('\n');
      chat.live = lines.pop();
      if (lines.length > 0) chat.printed = [...chat.printed, ...lines];
      redraw();
    };
    for await (const text of answer()) {
      chat.live += text;
      due ??= setTimeout(draw, FRAME_MS);
    }
    clearTimeout(due);
    chat.live += '\n';
    draw();
  }

  useInput((input, key) => {
    if (key.return) void send();
    else if (key.backspace || key.delete) chat.typed = chat.typed.slice(0, -1);
    else chat.typed += input;
    redraw();
  });

  return element(
    Fragment,
    null,
    element(Static, { items: chat.printed }, (line, index) => element(Text, { key: index }, line === '' ? ' ' : line)),
    element(
      Box,
      { flexDirection: 'column' },
      chat.live === '' ? null : element(Text, null, chat.live),
      element(Text, null, `> ${chat.typed}`),
    ),
  );
}

async function* answer() {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Say hello.' }] }),
  });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop();
    let text = '';
    for (const line of lines) if (line.startsWith('data: {')) text += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '';
    if (text !== '') yield text;
  }
}

render(element(Chat), { incrementalRendering: true });
