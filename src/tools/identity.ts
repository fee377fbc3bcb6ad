/** A mark of what a tool is, for rules that hold only while it is the same: equal for equal facts, whatever the order of their fields. */
import { createHash } from 'node:crypto';
import { sortedKeys } from '../core/json.ts';

export function identityOf(facts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(facts, sortedKeys)).digest('hex').slice(0, 32);
}
