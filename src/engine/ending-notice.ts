/** Says once a day that the model which is asked by habit ends soon: a default, an alias, the model of a conversation. */
import { changeWords } from '../config/change-words.ts';
import type { Origin } from '../config/layers.ts';
import { ensureFolder } from '../config/paths.ts';
import type { ModelInfo } from '../core/model.ts';
import { safeLine } from '../format/safety.ts';
import { findModel } from '../models/catalogue.ts';
import { endingWords, endsSoon } from '../models/endings.ts';
import type { ModelListPorts } from './model-lists.ts';

type EndingNotice = {
  provider: string;
  model: string;
  /** What the provider's own list says of it, where that has been fetched. */
  listed: ModelInfo | undefined;
  lists: ModelListPorts;
  notice: (message: string) => void;
  /** The setting that names it, where one does. */
  setting?: { key: string; origin: Origin };
};

export function noticeOfEnding({ provider, model, listed, lists, notice, setting }: EndingNotice): void {
  const facts = { ...findModel({ provider, id: model }), ...listed };
  const nowMs = lists.date();
  if (!endsSoon(facts, nowMs) || wasSaid(`${provider}/${model}`, lists)) return;
  const instead =
    facts.successor === undefined
      ? `See what else there is: sotto models list -p ${provider}`
      : `Its successor is ${facts.successor}: ${waysTo(facts.successor, provider, setting)}`;
  notice(safeLine(`${model} at ${provider} ${endingWords(facts, nowMs)}. ${instead}`));
}

function waysTo(successor: string, provider: string, setting: EndingNotice['setting']): string {
  const full = `${provider}/${successor}`;
  // The model of one provider is set without that provider's name.
  const value = setting?.key === `providers.${provider}.model` ? successor : full;
  return `-m ${full}${setting === undefined ? '' : `, or ${changeWords(setting.key, value, setting.origin)}`}`;
}

/** True where it was said today; otherwise it is written down as said. */
function wasSaid(name: string, { folder, date, keep }: ModelListPorts): boolean {
  if (!keep) return false;
  const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const file = `${folder}/endings.json`;
  const today = new Date(date()).toISOString().slice(0, 10);
  const said = read(() => JSON.parse(readFileSync(file, 'utf8')));
  if (said[name] === today) return true;
  try {
    ensureFolder(folder);
    // What was said on other days is of no use any more.
    const others = Object.entries(said).filter(([, day]) => day === today);
    writeFileSync(file, JSON.stringify({ ...Object.fromEntries(others), [name]: today }), { mode: 0o600 });
  } catch {
    // Where nothing can be written it is said again the next time.
  }
  return false;
}

function read(parse: () => unknown): Record<string, unknown> {
  try {
    const value = parse();
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
