/** Search: words, phrases and parts of words in every language, wherever they stand. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userText } from '../../src/core/messages.ts';
import { fold } from '../../src/store/folding.ts';
import { parseTerms, placesOf } from '../../src/store/search-text.ts';
import { snippetOf } from '../../src/store/snippet.ts';
import type { SearchQuery, Store } from '../../src/store/store.ts';
import { end, MODEL, prompt, temporaryStore, turn } from './support.ts';

const found = (store: Store, text: string, more: Partial<SearchQuery> = {}): string[] =>
  store.search({ text, ...more }).hits.map(({ snippet }) => snippet.matches.map(([from, to]) => snippet.text.slice(from, to)).join('|'));

const idsOf = (store: Store, piece: string): string[] =>
  store.search({ text: `"${piece}"`, fields: ['prompt'], limit: 10_000 }).hits.map(({ conversation }) => conversation.id);

describe('search', () => {
  it.each([
    ['数据', '用数据库写代码', '数据'],
    ['库', '用数据库写代码', '库'],
    ['数据库写', '用数据库写代码', '数据库写'],
    ['AI', '用AI写代码', 'AI'],
    ['がく', 'だいがくに行く', 'がく'],
    ['ﾃﾞｰﾀ', 'データベース', 'データ'],
    ['데이터', '데이터베이스', '데이터'],
    ['이터', '데이터베이스', '이터'],
    ['كتاب', 'قرأتُ كِتَابًا جديدًا', 'كِتَابً'],
    ['שלום', 'שָׁלוֹם עולם', 'שָׁלוֹם'],
    ['ไทย', 'ภาษาไทยง่าย', 'ไทย'],
    ['हिन्दी', 'मैं हिन्दी बोलता हूँ', 'हिन्दी'],
    ['😀', 'fine 😀 thanks', '😀'],
    ['👨‍👩‍👧', 'the 👨‍👩‍👧 family', '👨‍👩‍👧'],
    ['schiff', 'Donaudampfschifffahrtsgesellschaft', 'schiff'],
    ['STRASSE', 'die Straße', 'Straße'],
    ['cafe', 'Un CAFÉ noir', 'CAFÉ'],
    ['naïve', 'a naive answer', 'naive'],
    ['useEff', 'call useEffect(() => {})', 'useEff'],
    ['foo.bar(x)', 'run foo.bar(x) now', 'foo.bar(x)'],
    ['__init__', 'def __init__(self):', '__init__'],
    ['go', 'written in Go, ago', 'Go'],
    ['c#', 'in C# and c', 'C#'],
    ['=>', 'a => b', '=>'],
    ['"three   last COMMITS"', 'the three\n last commits', 'three\n last commits'.replace('\n', ' ')],
    ['commits last', 'the last three commits', 'last|commits'],
  ])('finds %s in "%s"', (query, text, match) => {
    const store = temporaryStore();
    turn(store, text, 'nothing else');
    turn(store, 'zzz', 'yyy');
    expect(found(store, query, { fields: ['prompt'] })).toEqual([match]);
  });

  it.each([
    ["don't", 'don’t', 'don‘t', 'donʼt', 'don＇t'],
    ['a "b" c', 'a „b“ c', 'a «b» c', 'a ″b″ c'],
    ['one-two', 'one–two', 'one—two', 'one‑two', 'one−two', 'one－two'],
    ['ten km of it', 'ten\u00a0km\u202fof\u2009it', 'ten  km\nof\tit', '\u200bten km\u00ad of \u2060it\ufeff'],
    ['find office', 'ﬁnd oﬃce', 'ｆｉｎｄ　ｏｆｆｉｃｅ', 'FIND OFFICE'],
    ['dong', 'đong', 'Đong', 'ðong', 'dóng', 'do\u0301ng'],
    ['oresund', 'Øresund', 'öresund', 'Öresund'],
    ['lodz', 'Łódź', 'łódz'],
    ['strasse', 'Straße', 'STRASSE', 'STRAẞE'],
    ['aether', 'æther', 'Æther', 'aeþer'],
    ['oeuvre', 'œuvre', 'ŒUVRE'],
    ['istanbul', 'İstanbul', 'ISTANBUL', 'ıstanbul', 'İSTANBUL'],
    ['thorn', 'þorn', 'Þorn'],
    ['елка', 'ёлка', 'Ёлка', 'е\u0308лка'],
    ['край', 'краи', 'КРАЙ'],
    ['οδος', 'ΟΔΟΣ', 'ὁδός', 'οδοσ'],
    ['이름', '이름'.normalize('NFD')],
    ['データ', 'ﾃﾞｰﾀ', 'データ'.normalize('NFD')],
    ['کیف', 'كيف', 'كىف'],
    ['etc...', 'etc…', 'ETC…'],
    ['1/2 cup', '½ cup', '1⁄2 cup'],
  ])('makes no difference between %s and %s', (...ways) => {
    const store = temporaryStore();
    const ids = ways.map((way) => turn(store, `it says ${way} here`, 'x').conversation).reverse();
    for (const way of ways) {
      const query = way.replace(/["„“«»″]/g, ' ');
      const { hits } = store.search({ text: `${query.includes('  ') ? query : `"${query}"`}`, fields: ['prompt'] });
      expect(
        hits.map(({ conversation }) => conversation.id),
        way,
      ).toEqual(ids);
      for (const { snippet } of hits) expect(snippet.matches.length, snippet.text).toBeGreaterThan(0);
    }
  });

  it.each(['cafe', 'が', 'д', 'ひらがな'])('keeps %s apart from what is another word', (word) => {
    const store = temporaryStore();
    turn(store, 'cage か т ヒラガナ', 'x');
    expect(found(store, word)).toEqual([]);
  });

  it('looks for all of a long query', () => {
    const store = temporaryStore();
    const words = Array.from({ length: 3000 }, (_, index) => `word${index}`);
    const { conversation } = turn(store, words.join(' '), 'x');
    const text = words.toReversed().join(' ');
    expect(store.search({ text }).hits.map((hit) => hit.conversation.id)).toEqual([conversation]);
    expect(store.search({ text: `${text} other` }).hits).toEqual([]);
    expect(store.search({ text: `"${words.join(' ')}"` }).hits).toHaveLength(1);
    expect(store.search({ text: `"${words.join(' ')} other"` }).hits).toEqual([]);
  });

  it('gives what can be read where a message cannot, and says so', () => {
    const store = temporaryStore();
    const first = turn(store, 'needle one', 'x');
    turn(store, 'needle two', 'x');
    const database = new Database(store.file);
    database.prepare(`UPDATE messages SET parts = '[{"type":' WHERE id = ?`).run(first.message);
    expect(store.search({ text: 'needle' })).toMatchObject({ hits: [{ snippet: { text: 'needle two' } }], unreadable: 1 });
    database.exec('UPDATE messages SET indexed = 0');
    database.close();
    expect(store.search({ text: 'needle' }).hits).toHaveLength(1);
  });

  it('wants every word, a phrase in its order, and short words whole', () => {
    const store = temporaryStore();
    turn(store, 'the last three commits are good', 'ok');
    expect(found(store, 'commits missing')).toEqual([]);
    expect(found(store, '"commits three"')).toEqual([]);
    expect(found(store, '"three commits"')).toHaveLength(1);
    // Not in "good".
    expect(found(store, 'go')).toEqual([]);
    expect(found(store, 'commits ok')).toEqual([]);
  });

  it('says where: prompt, reply, reasoning, tool, file, title', () => {
    const store = temporaryStore();
    const begun = store.beginTurn({
      message: {
        role: 'user',
        parts: [
          { type: 'text', text: 'alpha' },
          { type: 'media', mediaType: 'image/png', data: 'AAAA', name: 'epsilon.png' },
        ],
      },
      ...MODEL,
    });
    begun.reply.finish(
      end('', {
        message: {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'gamma' },
            { type: 'text', text: 'beta' },
            { type: 'tool_call', id: 'c', name: 'get_delta', arguments: '{"zeta":1}' },
          ],
        },
      }),
    );
    store.addMessage({
      conversation: begun.conversation,
      parent: begun.reply.message,
      message: { role: 'tool', parts: [{ type: 'tool_result', callId: 'c', name: 'get_delta', output: 'theta' }] },
    });
    store.beginTurn({ conversation: begun.conversation, message: prompt('next'), ...MODEL }).reply.finish(end('done'));
    store.rename(begun.conversation, 'Omega');
    const fieldsOf = (text: string) => store.search({ text }).hits.map(({ fields, role }) => `${role}:${fields}`);
    expect(fieldsOf('alpha')).toEqual(['user:prompt']);
    expect(fieldsOf('beta')).toEqual(['assistant:reply']);
    expect(fieldsOf('gamma beta')).toEqual(['assistant:reasoning,reply']);
    expect(fieldsOf('get_delta')).toEqual(['tool:tool', 'assistant:tool']);
    expect(fieldsOf('zeta')).toEqual(['assistant:tool']);
    expect(fieldsOf('theta')).toEqual(['tool:tool']);
    expect(fieldsOf('epsilon')).toEqual(['user:file']);
    expect(fieldsOf('omega')).toEqual(['null:title']);
    expect(store.search({ text: 'beta', fields: ['prompt', 'title'] })).toMatchObject({ hits: [], fields: ['prompt', 'title'] });
  });

  it('goes from the newest to the oldest, to the limit, and filters', () => {
    let nowMs = 1_795_000_000_000;
    const store = temporaryStore({ now: () => (nowMs += 1000) });
    const ids = Array.from({ length: 5 }, (_, index) => turn(store, `needle ${index}`, 'hay').conversation);
    const conversations = (more: Partial<SearchQuery>) =>
      store.search({ text: 'needle', ...more }).hits.map(({ conversation }) => conversation.id);
    expect(conversations({})).toEqual([...ids].reverse());
    expect(store.search({ text: 'needle', limit: 2 })).toMatchObject({ more: true, hits: [{}, {}] });
    expect(store.search({ text: 'needle', limit: 5 })).toMatchObject({ more: false });
    expect(conversations({ conversation: ids[1]! })).toEqual([ids[1]]);
    expect(conversations({ model: 'other' })).toEqual([]);
    expect(conversations({ model: MODEL.model, provider: MODEL.provider })).toHaveLength(5);
    expect(conversations({ untilMs: store.path(ids[2]!)[0]!.createdMs })).toEqual([ids[1], ids[0]]);
    store.tag(ids[3]!, 'work');
    expect(conversations({ tag: 'work' })).toEqual([ids[3]]);
  });

  it('ranks what is full of the word above what only mentions it', () => {
    const store = temporaryStore();
    const best = turn(store, 'rebase, rebase and rebase', 'x').conversation;
    turn(store, `something long ${'about nothing '.repeat(100)} rebase`, 'x');
    expect(store.search({ text: 'rebase', order: 'rank' }).hits[0]?.conversation.id).toBe(best);
    expect(store.search({ text: 'rebase', order: 'recent' }).hits[0]?.conversation.id).not.toBe(best);
  });

  it('puts imported conversations where their time puts them', () => {
    const store = temporaryStore();
    const now = turn(store, 'needle today', 'x').conversation;
    const old = store.importConversation({
      v: 1,
      source: { name: 'elsewhere', id: '1' },
      createdMs: 1_500_000_000_000,
      messages: [{ id: 1, parent: null, createdMs: 1_500_000_000_000, message: prompt('needle of old') }],
    });
    expect(store.search({ text: 'needle' }).hits.map(({ conversation }) => conversation.id)).toEqual([now, old.id]);
  });

  it('answers anything that can be typed', () => {
    const store = temporaryStore();
    turn(store, 'a "quoted" AND (b OR c) NOT d* -e ^f {g} col:h', 'x\u0000y "');
    for (const odd of [
      '',
      ' ',
      '"',
      '""',
      '"a',
      'AND',
      'a AND',
      'NEAR(',
      '(',
      '*',
      'col:h',
      '-e',
      '^f',
      '%',
      '_',
      "'",
      '\\',
      '\u0000',
      '\ud83d',
      '🇩🇪',
    ])
      expect(() => store.search({ text: odd }), odd).not.toThrow();
    expect(found(store, 'NOT d*')).toEqual(['NOT|d*']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => Array.isArray(store.search({ text }).hits)),
      { numRuns: 300 },
    );
  });

  it('finds any piece of any text that is three characters or longer', () => {
    const store = temporaryStore();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 60 }), fc.nat(), fc.nat(), (text, from, length) => {
        const characters = [...text];
        const start = from % Math.max(1, characters.length - 3);
        const piece = characters.slice(start, start + 3 + (length % 10)).join('');
        const terms = parseTerms(`"${piece.replaceAll('"', '')}"`);
        fc.pre(!/["“”„«»]/.test(piece) && terms.length === 1 && !terms[0]!.short && placesOf(terms[0]!, fold(text), 1).length > 0);
        const { conversation } = turn(store, text, 'x');
        return store.search({ text: `"${piece}"`, conversation, fields: ['prompt'] }).hits.length === 1;
      }),
      { numRuns: 200 },
    );
  });

  it('finds any piece of one or two characters that stands by itself', () => {
    const store = temporaryStore();
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        fc.nat(),
        fc.integer({ min: 1, max: 2 }),
        (text, from, length) => {
          const characters = [...text];
          const piece = characters.slice(from % characters.length, (from % characters.length) + length).join('');
          const terms = parseTerms(`"${piece}"`);
          fc.pre(terms.length === 1 && terms[0]!.short && placesOf(terms[0]!, fold(text), 1).length > 0);
          const { conversation } = turn(store, text, 'x');
          return (
            store.search({ text: `"${piece}"`, conversation, fields: ['prompt'] }).hits.length === 1 &&
            idsOf(store, piece).includes(conversation)
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a snippet', () => {
  it('marks exactly what was found, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 }), (before, after) => {
        const { text, matches } = snippetOf(`${before} needle ${after}`, parseTerms('needle'));
        return text.length < 260 && matches.length > 0 && matches.every(([from, to]) => fold(text.slice(from, to)) === 'needle');
      }),
    );
  });

  it('is found deep inside a long text of many scripts', () => {
    const long = `${'用数据库写代码，don’t 한국어. '.repeat(60_000)} Needle ${'đường 😀 '.repeat(60_000)}`;
    const { text, matches } = snippetOf(long, parseTerms('needle'));
    expect(matches.map(([from, to]) => text.slice(from, to))).toEqual(['Needle']);
  });

  it('is one line and never half a character', () => {
    const { text } = snippetOf(`${'😀'.repeat(200)}\nneedle\n${'😀'.repeat(200)}`, parseTerms('needle'));
    expect(text).toMatch(/^….* needle .*…$/u);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('a search for all', () => {
  it('gives more places than a call has room for arguments', () => {
    const store = temporaryStore();
    const createdMs = 1_700_000_000_000;
    const messages = Array.from({ length: 130_000 }, (_, index) => ({
      ...{ id: index, parent: index === 0 ? null : index - 1, createdMs },
      message: userText('needle'),
    }));
    store.importConversation({ v: 1, title: 'Long', createdMs, messages });
    expect(store.search({ text: 'needle', fields: ['prompt'], all: true, limit: 200_000 })).toMatchObject({
      more: false,
      hits: { length: 130_000 },
    });
  });
});
