import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/core/events.ts';
import { createFold } from '../../src/core/fold.ts';
import { textOf, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { openGuide, pieces } from '../../src/providers/guide.ts';

const NEVER = new AbortController().signal;

function asking(question: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'guide', messages: [userText(question)], stream: true, ...more };
}

/** A guide whose clock only counts. */
function quickGuide() {
  const pauses: number[] = [];
  const guide = openGuide({ name: 'guide', sleep: async (milliseconds) => void pauses.push(milliseconds) });
  return { guide, pauses };
}

async function ask(request: ModelRequest): Promise<{ events: ModelEvent[]; text: string; pauses: number[] }> {
  const { guide, pauses } = quickGuide();
  const events: ModelEvent[] = [];
  for await (const event of guide.stream(request, NEVER)) events.push(event);
  return {
    events,
    pauses,
    text: events.flatMap((event) => (event.type === 'part.end' && event.part.type === 'text' ? [event.part.text] : [])).join(''),
  };
}

describe('the guide as a provider', () => {
  it('says first what it is, then what the manual says, then what else there is', async () => {
    const { text } = await ask(asking('how do I use a proxy?'));
    expect(text.split('\n')[0]).toMatch(/built-in guide, not a language model/);
    expect(text).toContain('## Proxies');
    expect(text).toContain('export HTTPS_PROXY=');
    expect(text).toMatch(/See also:\n\n- /);
  });

  it('streams the events of any provider, in order', async () => {
    const { events } = await ask(asking('how do I use a proxy?'));
    const kinds = events.map((event) => event.type).filter((kind, index, all) => kind !== all[index - 1]);
    expect(kinds).toEqual(['request.start', 'part.start', 'part.delta', 'part.end', 'usage', 'finish']);
    expect(events[0]).toEqual({ type: 'request.start', provider: 'guide', model: 'guide' });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', raw: 'answered', model: 'guide' });
  });

  it('says in its deltas exactly what it says in the end, and folds to it', async () => {
    const { events, text } = await ask(asking('what do the exit codes mean?'));
    const said = events.map((event) => (event.type === 'part.delta' ? event.text : '')).join('');
    expect(said).toBe(text);
    const fold = createFold();
    for (const event of events) fold.apply(event);
    expect(textOf(fold.reply().message)).toBe(text);
    expect(fold.reply()).toMatchObject({ usage: {}, costUsd: 0 });
  });

  it('takes less than a second for the longest section', async () => {
    const { events, pauses } = await ask(asking('all providers and their variables'));
    const deltas = events.filter((event) => event.type === 'part.delta').length;
    expect(deltas).toBeGreaterThan(20);
    expect(deltas).toBeLessThanOrEqual(60);
    expect(pauses.length).toBe(deltas - 1);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(600);
  });

  it('gives the whole answer at once where no stream is wanted', async () => {
    const { events, pauses } = await ask(asking('how do I use a proxy?', { stream: false }));
    expect(events.filter((event) => event.type === 'part.delta').length).toBe(1);
    expect(pauses).toEqual([]);
  });

  it('says plainly that it has no section, and how to get a real model', async () => {
    const { events, text } = await ask(asking('what is the capital of France?'));
    expect(text).toContain('I have no section about that.');
    expect(text).toContain('I only know sotto itself');
    expect(text).toContain('ollama pull');
    expect(text).not.toMatch(/Paris/);
    expect(events.at(-1)).toMatchObject({ reason: 'stop', raw: 'no_section' });
  });

  it('names the closest sections where there is none', async () => {
    const { text } = await ask(asking('how do I configure nginx as a reverse proxy'));
    expect(text).toMatch(/The closest I have; ask for one by its title:\n\n- Proxies/);
  });

  it('looks at the last question alone', async () => {
    const { text } = await ask({
      ...asking(''),
      messages: [
        userText('how do I use a proxy?'),
        { role: 'assistant', parts: [{ type: 'text', text: '…' }] },
        userText('and how do I turn off colors?'),
      ],
    });
    expect(text).toContain('## Colors and themes');
    expect(text).not.toContain('## Proxies');
  });

  it('answers as itself, whatever model was named', async () => {
    const { events } = await ask(asking('hi', { model: 'gpt-4o' }));
    expect(events[0]).toMatchObject({ model: 'guide' });
  });

  it('names what does it in the chat first, where it is asked from there', async () => {
    const said = async (question: string, isChat?: true) => {
      const guide = openGuide({ name: 'guide', sleep: async () => {}, ...(isChat ? { isChat } : {}) });
      let text = '';
      for await (const event of guide.stream(asking(question), new AbortController().signal))
        if (event.type === 'part.delta') text += event.text;
      return text;
    };
    for (const question of ['how do I add a model', 'can I use claude with this', 'where do I paste my key', 'how do I connect a model?'])
      expect(await said(question, true)).toMatch(/^.*\n\n## .*\n\n\*\*Here in the chat:\*\* `\/connect|type `\/connect`/);
    expect(await said('who wrote hamlet', true)).toContain('connect a real model: type `/connect`');
    expect(await said('how do I add a model')).not.toContain('Here in the chat');
    expect(await said('how do I add a model')).toContain('sotto keys set openai');
  });

  it('stops at once when it is cancelled, and keeps what it has said', async () => {
    const controller = new AbortController();
    const guide = openGuide({
      name: 'guide',
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    });
    const events: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of guide.stream(asking('how do I use a proxy?'), controller.signal)) {
        events.push(event);
        if (event.type === 'part.delta') setTimeout(() => controller.abort(), 0);
      }
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
    expect(events.map((event) => event.type)).toEqual(['request.start', 'part.start', 'part.delta']);
  });

  it('says nothing when it was cancelled before it began', async () => {
    const stream = quickGuide().guide.stream(asking('hi'), AbortSignal.abort());
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('refuses a schema and pictures with a reason and a way out', async () => {
    const schema = asking('hi', { schema: { name: 'answer', schema: { type: 'object' } } });
    const picture: ModelRequest = {
      ...asking('hi'),
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'hi' },
            { type: 'media', mediaType: 'image/png', data: '' },
          ],
        },
      ],
    };
    for (const request of [schema, picture]) {
      await expect(ask(request)).rejects.toMatchObject({
        kind: 'unsupported',
        provider: 'guide',
        exitCode: 5,
        hint: expect.stringContaining('sotto -p'),
      });
      await expect(quickGuide().guide.preview(request, NEVER)).rejects.toMatchObject({ kind: 'unsupported' });
    }
  });

  it('is not troubled by a picture that an earlier question had', async () => {
    const earlier: ModelRequest['messages'][number] = { role: 'user', parts: [{ type: 'media', mediaType: 'image/png', data: '' }] };
    const { text } = await ask({ ...asking(''), messages: [earlier, userText('how do I use a proxy?')] });
    expect(text).toContain('## Proxies');
  });

  it('previews the question, is always reachable, and has one model', async () => {
    const { guide } = quickGuide();
    expect(await guide.preview(asking(' hi '), NEVER)).toEqual({ method: 'POST', url: 'guide:', body: { question: 'hi' } });
    await expect(guide.check(NEVER)).resolves.toBeUndefined();
    expect((await guide.models?.(NEVER))?.map((model) => model.id)).toEqual(['guide']);
  });
});

describe('pieces', () => {
  it('join to the text, keep to the limit, and never cut a character', () => {
    const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 2000 }), fc.lorem({ maxCount: 300 }));
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, most) => {
        const cut = pieces(text, most);
        expect(cut.join('')).toBe(text);
        expect(cut.length).toBeLessThanOrEqual(most);
        for (const piece of cut) {
          expect(piece).not.toBe('');
          expect(piece.isWellFormed()).toBe(text.isWellFormed());
        }
      }),
    );
  });

  it('cut between words', () => {
    expect(pieces('one 😀😀 three', 60)).toEqual(['one ', '😀😀 ', 'three']);
  });
});
