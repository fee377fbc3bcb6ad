/** An import that comes again: grown, shrunk, edited, continued here, of an older sotto, twice at once. Nothing twice, nothing lost. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { ConversationRecord, RecordedMessage, Store } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';
import { answer, keep, prompt, temporaryStore, turn } from './support.ts';

const SOURCE = { name: 'chatgpt', id: 'abc' };

/** `a1 < q1`: the answer a1 to q1. Ids of the source are the words themselves, unless told. */
function record(lines: readonly string[], more: Partial<ConversationRecord> = {}): ConversationRecord {
  const ids = new Map<string, number>();
  const messages = lines.map((line, index): RecordedMessage => {
    const [words = '', parent] = line.split(' < ');
    const [sourceId = '', text = sourceId] = words.split('=');
    ids.set(sourceId, index + 1);
    const message: Message = sourceId.startsWith('q') ? prompt(text) : answer(text);
    return { id: index + 1, parent: parent === undefined ? null : (ids.get(parent) ?? -1), createdMs: 1000 + index, message, sourceId };
  });
  return { v: 1, source: SOURCE, title: 'Talk', titleSource: 'import', createdMs: 1000, messages, ...more };
}

const START = ['q1', 'a1 < q1'];
const GROWN = [...START, 'q2 < a1', 'a2 < q2'];

/** The tree as `text < text of the parent`, in the order of its messages. */
function treeOf(store: Store, id: string): string[] {
  const all = store.tree(id);
  const texts = new Map(all.map((message) => [message.id, textOf(message.message)]));
  return all.map(({ parent, message }) => (parent === null ? textOf(message) : `${textOf(message)} < ${texts.get(parent)}`));
}

function currentOf(store: Store, id: string): string[] {
  return store.path(id).map(({ message }) => textOf(message));
}

function taken(store: Store, lines: readonly string[], more: Partial<ConversationRecord> = {}) {
  return store.importConversation(record(lines, more));
}

describe('a conversation that is imported again', () => {
  it('gets the messages that are new, is current where its source is, and the search finds them', () => {
    const store = temporaryStore();
    const { id } = taken(store, START);
    expect(taken(store, GROWN, { updatedMs: 9000 })).toEqual({ id, outcome: 'grown', messages: { added: 2, renewed: 0 } });
    expect(treeOf(store, id)).toEqual(GROWN);
    expect(currentOf(store, id)).toEqual(['q1', 'a1', 'q2', 'a2']);
    expect(store.conversation(id)).toMatchObject({ messageCount: 4, updatedMs: 9000 });
    expect(store.search({ text: 'q2' }).hits).toHaveLength(1);
    expect(taken(store, GROWN).outcome).toBe('present');
    expect(store.check().problems).toEqual([]);
  });

  it('keeps what an older export does not have, and where it was', () => {
    const store = temporaryStore();
    const { id } = taken(store, GROWN);
    expect(taken(store, START).outcome).toBe('present');
    expect(currentOf(store, id)).toEqual(['q1', 'a1', 'q2', 'a2']);
  });

  it('takes what was edited or answered anew as a branch, the same words under another id too', () => {
    const store = temporaryStore();
    const { id } = taken(store, GROWN);
    const branched = [...GROWN, 'q3=edited < a1', 'a3 < q3', 'a4=a1 < q1'];
    expect(taken(store, branched, { activeMessage: 6 }).messages.added).toBe(3);
    expect(treeOf(store, id)).toEqual([...GROWN, 'edited < a1', 'a3 < edited', 'a1 < q1']);
    expect(currentOf(store, id)).toEqual(['q1', 'a1', 'edited', 'a3']);
    // Edited in place, under the id it had.
    expect(taken(store, [...START, 'q2=other < a1', 'a2 < q2']).messages.added).toBe(2);
    expect(taken(store, [...START, 'q2=other < a1', 'a2 < q2']).outcome).toBe('present');
    expect(taken(store, branched).outcome).toBe('present');
    expect(store.check().problems).toEqual([]);
  });

  it('leaves the own continuation where it is, and current; the new messages of the source stand beside it', () => {
    const store = temporaryStore();
    const { id } = taken(store, START);
    turn(store, 'mine', 'yours', id);
    expect(taken(store, GROWN).messages.added).toBe(2);
    expect(currentOf(store, id)).toEqual(['q1', 'a1', 'mine', 'yours']);
    expect(treeOf(store, id)).toEqual([...START, 'mine < a1', 'yours < mine', 'q2 < a1', 'a2 < q2']);
    // Another answer that was paid for here is one's own, too.
    const other = temporaryStore();
    const again = taken(other, START).id;
    const asked = other.path(again)[0]!.id;
    other.beginReply({ conversation: again, parent: asked, provider: 'openai', model: 'm' }).finish({
      ...{ status: 'complete', message: answer('better'), finishReason: 'stop' },
      attempts: [{ purpose: 'turn', provider: 'openai', model: 'm', outcome: 'ok' }],
    });
    taken(other, GROWN);
    expect(currentOf(other, again)).toEqual(['q1', 'better']);
  });

  it('keeps the name, the tags and the place that it has here; a name of the source is taken over', () => {
    const store = temporaryStore();
    const { id } = taken(store, START);
    taken(store, START, { title: 'Renamed there' });
    expect(store.conversation(id)?.title).toBe('Renamed there');
    expect(store.find('Renamed there').kind).toBe('one');
    store.rename(id, 'Mine');
    store.tag(id, 'work');
    store.archive(id, true);
    taken(store, GROWN, { title: 'Another', archived: false, tags: ['x'] });
    expect(store.conversation(id)).toMatchObject({ title: 'Mine', tags: ['work'], archived: true, messageCount: 4 });
    expect(store.check().problems).toEqual([]);
  });

  it('comes back when it was deleted here', () => {
    const store = temporaryStore();
    store.remove([taken(store, START).id]);
    expect(taken(store, GROWN)).toMatchObject({ outcome: 'added', messages: { added: 4 } });
  });

  it('is known by its words where an older sotto kept no ids, and known by its ids from then on', () => {
    const store = temporaryStore();
    const bare = record(START).messages.map(({ sourceId: _, ...message }) => message);
    const { id } = store.importConversation({ ...record(START), messages: bare });
    expect(taken(store, GROWN).messages.added).toBe(2);
    expect(treeOf(store, id)).toEqual(GROWN);
    expect(store.exportConversation(id)?.messages.map(({ sourceId }) => sourceId)).toEqual(['q1', 'a1', 'q2', 'a2']);
  });

  it('has its files where they were missing, and a reply whole where it was in the middle', () => {
    const store = temporaryStore();
    const picture = { type: 'media' as const, mediaType: 'image/png', data: 'iVBORw0KGgo=', name: 'cat.png' };
    const missing = record(['q1', 'a1=The first < q1']);
    missing.messages[0]!.message = {
      role: 'user',
      parts: [
        { type: 'text', text: '[attachment: file-1]' },
        { type: 'text', text: '\n\nlook' },
      ],
    };
    missing.messages[1]!.status = 'interrupted';
    const { id } = store.importConversation(missing);
    const whole = record(['q1', 'a1=The first and the second < q1', 'q2 < a1']);
    whole.messages[0]!.message = { role: 'user', parts: [picture, { type: 'text', text: 'look' }] };
    expect(store.importConversation(whole)).toMatchObject({ outcome: 'grown', messages: { added: 1, renewed: 2 } });
    expect(store.path(id).map(({ message }) => textOf(message))).toEqual(['look', 'The first and the second', 'q2']);
    expect(store.path(id)[0]?.message.parts[0]).toEqual(picture);
    expect(store.search({ text: 'second' }).hits).toHaveLength(1);
    // Without its folder the export knows less; what is here stays.
    expect(store.importConversation(missing).outcome).toBe('present');
    expect(store.path(id)[0]?.message.parts[0]).toEqual(picture);
    expect(store.check().problems).toEqual([]);
  });

  it('has another answer where a complete one only begins the same', () => {
    const store = temporaryStore();
    const { id } = taken(store, ['q1', 'a1=Yes < q1']);
    expect(taken(store, ['q1', 'a1=Yes and no < q1']).messages).toEqual({ added: 1, renewed: 0 });
    expect(treeOf(store, id)).toEqual(['q1', 'Yes < q1', 'Yes and no < q1']);
  });

  it('of an own export takes what another machine added, with its cost, once', () => {
    const [here, there] = [temporaryStore(), temporaryStore()];
    const { conversation: id } = turn(here, 'one', 'first');
    there.importConversation(here.exportConversation(id)!);
    turn(there, 'two', 'second', id);
    expect(here.importConversation(there.exportConversation(id)!).messages.added).toBe(2);
    expect(here.importConversation(there.exportConversation(id)!).outcome).toBe('present');
    expect(currentOf(here, id)).toEqual(['one', 'first', 'two', 'second']);
    expect(here.conversation(id)?.costUsd).toBe(there.conversation(id)?.costUsd);
    expect(here.totals().attempts).toBe(2);
  });
});

describe('an import in steps', () => {
  const long = Array.from(
    { length: 400 },
    (_, index) => `${index % 2 ? 'a' : 'q'}${index}${index ? ` < ${index % 2 ? 'q' : 'a'}${index - 1}` : ''}`,
  );

  it('that stopped anywhere is a right conversation, and the next one adds the rest', () => {
    let ticks = 0;
    // A clock by which a step is over after a few messages.
    const store = temporaryStore({ now: () => 1_795_000_000_000 + 10 * ticks++ });
    const steps = store.importSteps(record(long), { dryRun: false });
    const first = steps.next();
    expect(first.done).toBe(false);
    const added = first.value.messages.added;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(long.length);
    steps.return(first.value);
    expect(store.check().problems).toEqual([]);
    expect(store.path(first.value.id)).toHaveLength(added);
    expect(store.importConversation(record(long)).messages.added).toBe(long.length - added);
    expect(treeOf(store, first.value.id)).toEqual(long);
    expect(currentOf(store, first.value.id)).toHaveLength(long.length);
  });

  it('that meets another one of the same does nothing twice', () => {
    let ticks = 0;
    const one = temporaryStore({ now: () => 1_795_000_000_000 + 10 * ticks++ });
    const other = keep(openStore({ ...realWorld(one.file), now: () => 1_795_000_000_000 + 10 * ticks++ }));
    const runs = [one.importSteps(record(long), { dryRun: false }), other.importSteps(record(long), { dryRun: false })];
    const done = new Set<number>();
    for (let turns = 0; done.size < 2; turns++) if (runs[turns % 2]?.next().done) done.add(turns % 2);
    expect(one.totals()).toMatchObject({ conversations: 1, messages: long.length });
    expect(treeOf(one, one.list()[0]!.id)).toEqual(long);
    expect(one.check().problems).toEqual([]);
  });

  it('without writing tells what it would do', () => {
    const store = temporaryStore();
    const { id } = taken(store, START);
    const before = new Database(store.file, { readonly: true });
    const version = () => before.pragma('data_version', { simple: true });
    const first = version();
    expect(store.importSteps(record(GROWN), { dryRun: true }).next()).toEqual({
      done: true,
      value: { id, outcome: 'grown', messages: { added: 2, renewed: 0 } },
    });
    expect(store.importSteps({ ...record(GROWN), source: { name: 'x', id: 'y' } }, { dryRun: true }).next().value).toEqual({
      ...{ id: '', outcome: 'added', messages: { added: 4, renewed: 0 } },
    });
    expect(version()).toBe(first);
    before.close();
  });
});

describe('thousands of the same answer', () => {
  it.each(['a', 'x'])('are found again, under the ids of %s', (prefix) => {
    const star = (name: string) => record(['q1', ...Array.from({ length: 5000 }, (_, index) => `${name}${index}=same < q1`)]);
    const store = temporaryStore();
    store.importConversation(star('a'));
    expect(store.importConversation(star(prefix)).outcome).toBe('present');
    expect(store.totals().messages).toBe(5001);
  });
});

describe('values that no clock gave', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300, 9e15])('a time of %d is none', (createdMs) => {
    const store = temporaryStore();
    const odd = record(GROWN, { createdMs, updatedMs: createdMs });
    for (const message of odd.messages) message.createdMs = createdMs;
    const { id } = store.importConversation(odd);
    expect(store.path(id)).toHaveLength(4);
    expect(store.importConversation(odd).outcome).toBe('present');
    expect(store.check().problems).toEqual([]);
  });
});

describe('conversations that are stored together', () => {
  it('may hold one twice, grown and with another title: it is found by its newest words, and the index is whole', () => {
    const store = temporaryStore();
    const fuller = (lines: readonly string[], title: string) => record(lines, { title });
    const other = record(['q7=other prompt', 'a7=other words here < q7'], { source: { name: 'chatgpt', id: 'other' } });
    const imported = store.importTogether([
      fuller(['q1=a first question', 'a1=short < q1'], 'Older title words'),
      other,
      fuller(['q1=a first question', 'a1=short and then longer < q1', 'q2=another question < a1'], 'Newer title words'),
    ]);
    expect(imported.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'grown']);
    const found = (text: string) => store.search({ text }).hits.length;
    expect([found('"first question"'), found('"then longer"'), found('"another question"'), found('"words here"')]).toEqual([1, 1, 1, 1]);
    expect([found('"newer title words"'), found('"older title words"')]).toEqual([1, 0]);
    store.remove([imported[0]!.id]);
    expect([found('"first question"'), found('title'), found('"words here"')]).toEqual([0, 0, 1]);
    expect(store.check().problems).toEqual([]);
  });
});
