/** What a machine without a model needs to know: who is talking, what was found, and the three ways to a real one. */
import type { Surroundings } from '../engine/first-run.ts';
import type { Theme } from '../format/theme.ts';
import { wrap } from '../format/width.ts';
import { labelled } from './commands/facts.ts';

type Room = { columns: number; theme: Theme };

/** An empty line ends it. */
export function firstRunLines({ keyed, ollama }: Surroundings, room: Room): string[] {
  const { columns, theme } = room;
  const said = (text: string) => wrap(text, columns);
  return [
    ...said(
      'No model is set up yet, so the built-in guide answers. It is not a language model: it knows the manual of sotto, and nothing else.',
    ),
    '',
    ...labelled(
      [
        ['Keys', keysFound(keyed)],
        ['Ollama', ollamaFound(ollama)],
      ],
      room,
    ),
    theme.paint('strong', 'Three ways to a model'),
    ...labelled(waysTo(ollama), room),
    ...said('Or ask the guide: how do I use a local model?'),
    '',
  ];
}

function keysFound(keyed: Surroundings['keyed']): string {
  const found = keyed.filter(({ keyOrigin }) => keyOrigin !== undefined);
  if (found.length > 0)
    return found.map(({ name, keyOrigin, missing }) => `${name} (${keyOrigin}${missing === undefined ? '' : `; ${missing}`})`).join(', ');
  const variables = keyed.slice(0, 3).flatMap(({ entry }) => entry.keyVariables.slice(0, 1));
  return `none; looked for ${variables.join(', ')} and ${keyed.length - variables.length} more`;
}

function ollamaFound(ollama: Surroundings['ollama']): string {
  if (ollama === undefined) return 'not running on this machine';
  return ollama.length === 0 ? 'running, but it has no model yet' : `running, with ${ollama.slice(0, 3).join(', ')}`;
}

function waysTo(ollama: Surroundings['ollama']): [string, string][] {
  const [model] = ollama ?? [];
  const local = model === undefined ? 'ollama pull llama3.2, then /model ollama/llama3.2' : `/model ollama/${model}`;
  return [
    ['1. A key of a provider', '/connect asks for it unseen, tests it and switches'],
    ['2. On this machine', ollama === undefined ? `install Ollama (ollama.com), then ${local}` : local],
    ['3. A server of yours', 'sotto config set providers.lab.url http://HOST:8080/v1'],
  ];
}
