/** What a tool of the user has returned or printed, as a result for the model. */
import { isObject } from '../core/json.ts';
import type { ToolOutcome } from '../core/tool.ts';

/** Text as it is, `{ output, failed }` as it is meant, everything else as JSON. */
export function outcomeOf(value: unknown): ToolOutcome {
  if (value === undefined || value === null) return { output: '[done, no output]' };
  if (typeof value === 'string') return { output: value === '' ? '[done, no output]' : value };
  if (isObject(value) && 'output' in value) {
    const output = typeof value.output === 'string' ? value.output : (JSON.stringify(value.output) ?? '');
    return value.failed === true ? { output, failed: true } : { output };
  }
  return { output: JSON.stringify(value) ?? String(value) };
}
