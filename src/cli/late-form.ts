/** Questions of MCP servers to whoever is before the terminal, loaded only where there may be one. */
import type { AskForm } from '../core/form.ts';
import type { FormTerminal } from './ask-form.ts';

export function lateForm(terminal: FormTerminal): () => Promise<AskForm | undefined> {
  return async () => (await import('./ask-form.ts')).formByQuestions(terminal);
}
