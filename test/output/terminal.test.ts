import headless from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { createMarkdownRenderer } from '../../src/format/markdown.ts';
import { loadParsers } from '../../src/format/markdown-parsers.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { terminalOutput } from '../../src/output/terminal.ts';
import { end, openSink, openTestWriter, REQUEST, STEP, text } from './stream.ts';

const parsers = await loadParsers({ highlight: false });
const frame = () => new Promise((resolve) => setTimeout(resolve, 36));

type Options = { columns?: number; rows?: number; redraw?: boolean; streamed?: boolean };

function openOutput({ columns = 40, rows = 10, redraw = true, streamed = true }: Options = {}) {
  const sink = openSink();
  const room = { columns: columns - 1 };
  const output = terminalOutput(openTestWriter(sink), {
    theme: PLAIN_THEME,
    redraw,
    streamed,
    columns: () => room.columns,
    beforeExit: () => () => {},
    aroundStop: () => () => {},
    createRenderer: (width) =>
      createMarkdownRenderer({ columns: width, theme: PLAIN_THEME, maxTailLines: Math.max(1, Math.min(8, rows - 3)) }, parsers),
  });
  return { sink, output, room, screen: () => screenOf(sink.text(), columns, rows) };
}

async function screenOf(raw: string, columns: number, rows: number): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(raw, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

describe('a terminal', () => {
  it('shows in the end what it would have shown at once, whatever was drawn meanwhile', async () => {
    const block = fc.constantFrom(
      'word '.repeat(20),
      '- item\n',
      '# Head\n',
      '| a | b |\n|---|---|\n| 1 | 漢字 |\n',
      '```\ncode\n```\n',
      '\n\n',
      '**bold',
      '** ',
      '👩‍👩‍👧 ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(block, { minLength: 1, maxLength: 8 }), fc.integer({ min: 5, max: 12 }), async (pieces, rows) => {
        const live = openOutput({ rows });
        const events = text(pieces);
        for (const event of [REQUEST, ...events]) {
          void live.output.take(event);
          if (event.type === 'part.delta') await frame();
        }
        void live.output.take(end());
        const whole = openOutput({ rows, redraw: false, streamed: false });
        for (const event of [REQUEST, ...events, end()]) void whole.output.take(event);
        expect(await live.screen()).toEqual(await whole.screen());
      }),
      { numRuns: 12 },
    );
  });

  it('gets no escape sequence where nothing may be redrawn', async () => {
    const { sink, output } = openOutput({ redraw: false });
    for (const event of [REQUEST, ...text(['one ', 'two\n\nthree'])]) {
      void output.take(event);
      await frame();
    }
    void output.take(end());
    expect(sink.text()).toBe('one two\n\nthree\n');
  });

  it('says from the fifth second that a stream stands still, and takes it away when something comes', async () => {
    vi.useFakeTimers();
    try {
      const { sink, output, screen } = openOutput();
      const quiet = openOutput({ redraw: false });
      const seen = async () => {
        vi.useRealTimers();
        const lines = await screen();
        vi.useFakeTimers();
        return lines;
      };
      const events = text(['Half an', ' answer']);
      for (const event of [REQUEST, ...events.slice(0, 2)]) for (const to of [output, quiet.output]) void to.take(event);
      vi.advanceTimersByTime(4900);
      expect(sink.text()).not.toContain('nothing');
      vi.advanceTimersByTime(100);
      vi.advanceTimersByTime(7000);
      const stalled = sink.text();
      for (const event of [...events.slice(2), end()]) for (const to of [output, quiet.output]) void to.take(event);
      expect(stalled.match(/nothing for \d+ s/g)).toEqual([5, 6, 7, 8, 9, 10, 11, 12].map((seconds) => `nothing for ${seconds} s`));
      vi.advanceTimersByTime(20_000);
      expect(sink.text().match(/nothing/g)).toHaveLength(8);
      expect(await seen()).toEqual(['Half an answer']);
      expect(quiet.sink.text()).toBe('Half an answer\n');
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets messages come between its lines', async () => {
    const { sink, output, screen } = openOutput();
    for (const event of [REQUEST, ...text(['First ']).slice(0, 2)]) void output.take(event);
    await frame();
    output.aside?.(() => sink.stream.write('a message\n'));
    void output.take({ type: 'part.delta', id: 'p0', text: 'second' });
    await frame();
    void output.take(end());
    expect(await screen()).toEqual(['a message', 'First second']);
  });

  it('begins below an attempt that broke off', async () => {
    const { output, screen } = openOutput();
    const events: StreamEvent[] = [REQUEST, ...text(['First try']), REQUEST, ...text(['Second try']), end()];
    for (const event of events) {
      void output.take(event);
      await frame();
    }
    expect(await screen()).toEqual(['First try', 'Second try']);
  });

  it('lays later lines out for the width that the window has then', async () => {
    const { output, room, sink } = openOutput({ columns: 80 });
    const long = 'word '.repeat(30);
    for (const event of [REQUEST, ...text([`${long}\n\n`, long])]) {
      void output.take(event);
      if (event.type !== 'part.delta') continue;
      await frame();
      Object.assign(room, { columns: 29 });
    }
    void output.take(end());
    const lines = sink
      .text()
      .replace(/\u001b\[[?\d;]*[A-Za-z]/g, '')
      .split('\n');
    expect(lines[0]?.length).toBeGreaterThan(60);
    expect(lines.at(-2)?.length).toBeLessThan(30);
  });

  it('lists the sources below the answer, once each and safe', async () => {
    const { output, screen } = openOutput({ columns: 80 });
    const citations = [{ url: 'https://a.org', title: 'A\u001b[31m' }, { url: 'https://a.org' }, { title: 'only a title' }];
    const part: StreamEvent[] = [
      { type: 'part.start', id: 'p', kind: 'text' },
      { type: 'part.end', id: 'p', part: { type: 'text', text: 'Fact.', citations } },
    ];
    for (const event of [REQUEST, ...part, end()]) void output.take(event);
    expect(await screen()).toEqual(['Fact.', '', '[1] A␛[31m https://a.org', '[2] only a title']);
  });
});

describe('a turn in several steps on a terminal', () => {
  it('has every step under the last one, whole before anything else is written', async () => {
    const { output, screen, sink } = openOutput();
    for (const event of [REQUEST, ...text(['I **look**.']), STEP]) void output.take(event);
    expect(await screen()).toEqual(['I look.']);
    output.aside?.(() => sink.stream.write('tool read_file\n'));
    for (const event of [REQUEST, ...text(['Done.']), end()]) void output.take(event);
    expect(await screen()).toEqual(['I look.', 'tool read_file', '', 'Done.']);
  });

  it('leaves nothing behind where a step had no words', async () => {
    const { output, screen } = openOutput();
    for (const event of [REQUEST, STEP, REQUEST, ...text(['Done.']), end()]) void output.take(event);
    expect(await screen()).toEqual(['Done.']);
  });
});
