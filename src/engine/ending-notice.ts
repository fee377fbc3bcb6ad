/** Says once a day that the model which is asked by habit ends soon: a default, an alias, the model of a conversation. */
import { ensureFolder } from '../config/paths.ts';
import type { ModelInfo } from '../core/model.ts';
import { safeLine } from '../format/safety.ts';
import { findModel } from '../models/catalogue.ts';
import { endingWords, endsSoon } from '../models/endings.ts';
import type { ModelListPorts } from './model-lists.ts';

export type EndingNotice = {
  provider: string;
  model: string;
  /** What the provider's own list says of it, where that has been fetched. */
  listed: ModelInfo | undefined;
  lists: ModelListPorts;
  notice: (message: string) => void;
  /** The setting that names it, where one does. */
  key?: string;
};

export function noticeOfEnding({ provider, model, listed, lists, notice, key }: EndingNotice): void {
  const facts = { ...findModel({ provider, id: model }), ...listed };
  const nowMs = lists.date();
  if (!endsSoon(facts, nowMs) || wasSaid(`${provider}/${model}`, lists)) return;
  const instead =
    facts.successor === undefined
      ? `See what else there is: sotto models list -p ${provider}`
      : `Its successor is ${facts.successor}: -m ${provider}/${facts.successor}${key === undefined ? '' : `, or sotto config set ${key} ${setTo(key, provider, facts.successor)}`}`;
  notice(safeLine(`${model} at ${provider} ${endingWords(facts, nowMs)}. ${instead}`));
}

/** The model of one provider is set without that provider's name. */
function setTo(key: string, provider: string, successor: string): string {
  return key === `providers.${provider}.model` ? successor : `${provider}/${successor}`;
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
