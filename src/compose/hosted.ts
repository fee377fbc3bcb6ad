/** The provider's own tools that the settings switch on, with tokens taken from the environment. */
import type { Settings } from '../config/load.ts';
import { usageError } from '../core/errors.ts';
import { type HostedTool, parseHostedTools } from '../core/hosted.ts';
import type { CommandContext } from './context.ts';

/** Undefined where none is on. A value that begins with `$` names a variable, so that no token stands in a file or a history. */
export function hostedTools(settings: Settings, { env, secrets }: Pick<CommandContext, 'env' | 'secrets'>): HostedTool[] | undefined {
  const tools = parseHostedTools(settings.get('hosted'));
  if (tools.length === 0) return undefined;
  return tools.map((tool) => ({
    ...tool,
    named: Object.fromEntries(
      Object.entries(tool.named).map(([name, value]) => {
        const known = value.startsWith('$') ? variable(value.slice(1), env) : value;
        if (name === 'token') secrets.push(known);
        return [name, known];
      }),
    ),
  }));
}

function variable(name: string, env: CommandContext['env']): string {
  const value = env[name];
  if (value) return value;
  throw usageError(`The variable ${name}, which the hosted tools name, is not set.`, `Set it, or leave it out: export ${name}=…`);
}
