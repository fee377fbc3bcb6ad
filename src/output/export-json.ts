/** `--format json` and `jsonl`: everything of a conversation, for `sotto import` and for other programs. */
import type { ConversationRecord } from '../store/store.ts';
import { jsonText } from './json-text.ts';

/** One object, a conversation per line in its list. */
export function* exportJson(records: Iterable<ConversationRecord>): Generator<string> {
  yield '{"v":1,"kind":"sotto.conversations","conversations":[';
  let separator = '\n';
  for (const record of records) {
    yield `${separator}${jsonText(record)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** One conversation per line, with `v` and `kind` first. */
export function* exportJsonLines(records: Iterable<ConversationRecord>): Generator<string> {
  for (const { v, ...rest } of records) yield `${jsonText({ v, kind: 'sotto.conversation', ...rest })}\n`;
}
