/** Makes a request fit its model by the table: what the model refuses is left out with a word, what cannot be right is an error. */
import { SottoError, usageError } from '../core/errors.ts';
import { type Part, withoutMedia } from '../core/messages.ts';
import { EFFORTS, type Effort, type Range, VERBOSITIES } from '../core/model.ts';
import type { ModelRequest } from '../core/provider.ts';
import type { ModelFacts } from './facts.ts';

/** The table's facts, or what a provider or the configuration says of a model. */
type FittingFacts = Omit<ModelFacts, 'vendor'>;

/** `code` is stable: `parameter_dropped` or `parameter_changed`. */
type FittingNotice = { code: 'parameter_dropped' | 'parameter_changed'; message: string };

export type Fitted = { request: ModelRequest; notices: FittingNotice[] };

/**
 * Never by trial: what the facts do not say passes as it is. With `strict`, what would be a notice is a usage error.
 * Throws `usage` for a value out of the known range, `unsupported` for a prompt with pictures to a model that takes none.
 */
export function fitParameters(request: ModelRequest, facts: FittingFacts | undefined, options: { strict?: boolean } = {}): Fitted {
  if (facts === undefined) return { request, notices: [] };
  const fitting: Fitting = { request: { ...request }, facts, notices: [] };
  fitPictures(fitting);
  fitEffort(fitting);
  fitVerbosity(fitting);
  fitSampling(fitting, 'temperature', 'temperature');
  fitSampling(fitting, 'topP', 'top-p');
  fitSamplers(fitting);
  fitSeed(fitting);
  fitMaxTokens(fitting);
  fitTools(fitting);
  const [first] = fitting.notices;
  if (options.strict && first) throw usageError(first.message, `See what it takes: sotto models show ${request.model}`);
  return { request: fitting.request, notices: fitting.notices };
}

type Fitting = { request: ModelRequest; facts: FittingFacts; notices: FittingNotice[] };

/** Pictures of earlier turns, which another model saw, do not keep this one from answering. */
function fitPictures(fitting: Fitting): void {
  const { request, facts } = fitting;
  if (facts.abilities?.images !== false) return;
  const { messages, model } = request;
  if (messages.at(-1)?.parts.some(isPicture)) {
    throw new SottoError({
      kind: 'unsupported',
      message: `${model} takes no pictures.`,
      hint: 'Leave the picture out, or ask a model that takes them: sotto models list',
    });
  }
  request.messages = messages.map((message) => withoutMedia(message, isPicture));
  if (messages.some(({ parts }) => parts.some(isPicture)))
    dropped(fitting, `${model} takes no pictures: those of earlier messages are left out.`);
}

function isPicture(part: Part): boolean {
  return part.type === 'media' && part.mediaType.startsWith('image/');
}

/** The nearest level the model has. Never `none` unless asked for: to think less is not the same as not to think. */
function fitEffort(fitting: Fitting): void {
  const { request, facts } = fitting;
  const wanted = request.effort;
  const levels = facts.parameters?.effort;
  if (wanted === undefined || levels === undefined) return;
  if (levels === false || levels.length === 0) {
    delete request.effort;
    // A model that does not think does what "none" asks for.
    if (wanted !== 'none') dropped(fitting, `${request.model} takes no effort: left out.`);
    return;
  }
  if (levels.includes(wanted)) return;
  const nearest = nearestLevel(wanted, EFFORTS, levels, wanted === 'none' ? [] : ['none']);
  request.effort = nearest;
  changed(fitting, `${request.model} has no effort ${wanted}: ${nearest} is used (it has ${listed(levels)}).`);
}

function fitVerbosity(fitting: Fitting): void {
  const { request, facts } = fitting;
  const wanted = request.verbosity;
  const levels = facts.parameters?.verbosity;
  if (wanted === undefined || levels === undefined) return;
  if (levels === false || levels.length === 0) {
    delete request.verbosity;
    dropped(fitting, `${request.model} takes no verbosity: left out.`);
    return;
  }
  if (levels.includes(wanted)) return;
  const nearest = nearestLevel(wanted, VERBOSITIES, levels, []);
  request.verbosity = nearest;
  changed(fitting, `${request.model} has no verbosity ${wanted}: ${nearest} is used (it has ${listed(levels)}).`);
}

/** Ties go to the lower level, which costs less. */
function nearestLevel<Level extends string>(
  wanted: Level,
  order: readonly Level[],
  levels: readonly Level[],
  avoided: readonly Level[],
): Level {
  const usable = levels.filter((level) => !avoided.includes(level));
  const place = order.indexOf(wanted);
  return (usable.length > 0 ? usable : [...levels]).reduce((best, level) => {
    const closer = Math.abs(order.indexOf(level) - place) - Math.abs(order.indexOf(best) - place);
    return closer < 0 || (closer === 0 && order.indexOf(level) < order.indexOf(best)) ? level : best;
  });
}

function fitSampling(fitting: Fitting, key: 'temperature' | 'topP', name: string): void {
  const { request, facts } = fitting;
  const value = request[key];
  const range = facts.parameters?.[key];
  if (value === undefined || range === undefined) return;
  if (range === false) {
    delete request[key];
    dropped(fitting, `${request.model} takes no ${name}: left out.`);
    return;
  }
  if (!Number.isFinite(value) || value < range.min || value > range.max) throw outOfRange(request.model, name, value, range);
  if (sampledNarrowly(key, value) && thinks(request.effort, facts)) {
    delete request[key];
    dropped(fitting, `${request.model} takes no ${name} while it thinks: left out.${canRest(facts) ? ' It does with effort none.' : ''}`);
  }
}

function outOfRange(model: string, name: string, value: number, { min, max }: Range): SottoError {
  return usageError(`${name} ${value} is out of range: ${model} takes ${min} to ${max}.`);
}

/** What Anthropic still takes from a thinking model; OpenAI's take nothing but the default, which is the same. */
function sampledNarrowly(key: 'temperature' | 'topP', value: number): boolean {
  return key === 'temperature' ? value !== 1 : value < 0.95;
}

/** Whether the model will think about this request, as far as the table can tell. */
function thinks(effort: Effort | undefined, facts: FittingFacts): boolean {
  if (facts.samplingNeedsEffortNone) return (effort ?? facts.defaultEffort ?? 'none') !== 'none';
  // Claude thinks when an effort is asked for; those that think unasked take no sampling at all.
  return (facts.thinking === 'budget' || facts.thinking === 'adaptive') && effort !== undefined && effort !== 'none';
}

function canRest(facts: FittingFacts): boolean {
  const efforts = facts.parameters?.effort;
  return Array.isArray(efforts) && efforts.includes('none');
}

function fitSamplers(fitting: Fitting): void {
  const { request, facts } = fitting;
  if (!facts.oneSampler || request.temperature === undefined || request.topP === undefined) return;
  delete request.topP;
  dropped(fitting, `${request.model} takes temperature or top-p, not both: top-p left out.`);
}

function fitSeed(fitting: Fitting): void {
  const { request, facts } = fitting;
  if (request.seed === undefined || facts.parameters?.seed !== false) return;
  delete request.seed;
  dropped(fitting, `${request.model} takes no seed: left out.`);
}

function fitMaxTokens(fitting: Fitting): void {
  const { request, facts } = fitting;
  const wanted = request.maxTokens;
  const most = facts.maxOutput;
  if (wanted === undefined || most === undefined || wanted <= most) return;
  request.maxTokens = most;
  changed(fitting, `${request.model} answers with at most ${most} tokens: ${wanted} lowered to ${most}.`);
}

function fitTools(fitting: Fitting): void {
  const { request, facts } = fitting;
  if (facts.abilities?.tools !== false || request.tools === undefined || request.tools.length === 0) return;
  delete request.tools;
  dropped(fitting, `${request.model} takes no tools: left out.`);
}

function listed(levels: readonly string[]): string {
  return levels.join(', ');
}

function dropped(fitting: Fitting, message: string): void {
  fitting.notices.push({ code: 'parameter_dropped', message });
}

function changed(fitting: Fitting, message: string): void {
  fitting.notices.push({ code: 'parameter_changed', message });
}
