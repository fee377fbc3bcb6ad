/** What Anthropic's list of models says of one, in our words. */
import { isObject, type Json, objectAt, textAt } from '../core/json.ts';
import { EFFORTS, type Effort, type ModelInfo } from '../core/model.ts';
import { endingIn } from './list-endings.ts';
import { countAt } from './wire-values.ts';

/** A row of the list, or nothing where there is no id. */
export function anthropicModel(row: Json): ModelInfo[] {
  const id = textAt(row, 'id');
  if (!id) return [];
  const name = textAt(row, 'display_name');
  const contextWindow = countAt(row, 'max_input_tokens') ?? countAt(objectAt(row, 'meta'), 'n_ctx');
  const maxOutput = countAt(row, 'max_tokens');
  const released = textAt(row, 'created_at')?.slice(0, 10);
  const capabilities = objectAt(row, 'capabilities');
  return [
    {
      id,
      ...(name ? { name } : {}),
      ...(contextWindow ? { contextWindow } : {}),
      ...(maxOutput ? { maxOutput } : {}),
      // An unknown day is reported as the epoch.
      ...(released && !released.startsWith('1970') ? { released } : {}),
      ...endingIn(row),
      ...(capabilities ? { abilities: abilitiesOf(capabilities), ...parametersOf(capabilities) } : {}),
      source: 'provider',
    },
  ];
}

function abilitiesOf(capabilities: Json): NonNullable<ModelInfo['abilities']> {
  const images = supported(capabilities, 'image_input');
  const reasoning = supported(capabilities, 'thinking');
  const schema = supported(capabilities, 'structured_outputs');
  return {
    ...(images === undefined ? {} : { images }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(schema === undefined ? {} : { schema }),
  };
}

/** Effort comes level by level. Thinking by budget takes every level of ours, so nothing is said of those models. */
function parametersOf(capabilities: Json): Pick<ModelInfo, 'parameters'> {
  const effort = objectAt(capabilities, 'effort');
  if (effort?.supported !== true) return {};
  const levels: Effort[] = EFFORTS.filter((level) => supported(effort, level) === true);
  const off = supported(objectAt(objectAt(capabilities, 'thinking'), 'types'), 'disabled') === true;
  return levels.length > 0 ? { parameters: { effort: off ? ['none', ...levels] : levels } } : {};
}

function supported(holder: Json | undefined, key: string): boolean | undefined {
  const value = isObject(holder) ? objectAt(holder, key)?.supported : undefined;
  return typeof value === 'boolean' ? value : undefined;
}
