/** Everything that is not the answer, in words for people, on stderr: notices, retries, the error, and with -v what it took. */

import type { ErrorReport } from '../core/errors.ts';
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import { capital, counted, sentence } from '../core/words.ts';
import { describeArguments } from '../format/call-words.ts';
import { tooLarge } from '../format/context-words.ts';
import { exactLine } from '../format/exact.ts';
import { formatCost, formatDuration, formatTokens } from '../format/numbers.ts';
import { passageWords } from '../format/passage-words.ts';
import { safeLine, safeLines, safeText } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import { endingOf, outcomeWords, retryWords } from '../format/turn-words.ts';
import { passagesOf } from '../providers/file-search.ts';
import type { Consumer } from './consumer.ts';

type StatusOptions = {
  write: (line: string) => void;
  theme: Theme;
  /** Errors only. */
  quiet: boolean;
  verbose: boolean;
  /** The answer itself says what happened (JSON): only failures are repeated here. */
  structured: boolean;
  /** Was this failure told already, when it happened? */
  isTold: (message: string) => boolean;
};

export function statusOutput({ write, theme, quiet, verbose, structured, isTold }: StatusOptions): Consumer {
  let calls = 0;
  /** What the calls that run are about, by their ids. */
  const words = new Map<string, string>();
  const say = (text: string) => {
    if (!quiet) write(`${theme.paint('dim', `sotto: ${safeLine(text)}`)}\n`);
  };
  const sayEnding = ({ finishReason, error }: TurnEnd) => {
    const ending = error ? undefined : endingOf(finishReason);
    if (ending !== undefined) say(`the answer was ${ending}.${finishReason === 'length' ? ' Allow more with --max-tokens.' : ''}`);
  };
  return {
    take(event: StreamEvent) {
      switch (event.type) {
        case 'request.start':
          calls = 0;
          if (verbose) say(`asking ${event.provider}/${event.model}`);
          return undefined;
        case 'context':
          say(`${tooLarge('this request', event)}.`);
          return undefined;
        case 'notice':
          if (event.level === 'warning' || verbose) say(event.message);
          return undefined;
        case 'retry':
          say(`${sentence(event.error.message)} ${capital(retryWords(event, event.waitMs))}.`);
          return undefined;
        case 'tool.approval':
          words.set(event.callId, exactLine(event.summary));
          // A script that reads JSON still has to be told what would let it run.
          if (event.decision === 'denied') say(`${exactLine(event.name)} was not run. ${exactLine(event.reason ?? '')}`);
          return undefined;
        case 'tool.start':
          words.set(event.callId, describeArguments(event.arguments, event.summary));
          return undefined;
        case 'tool.end':
          calls--;
          if (!quiet && !structured && event.outcome !== 'denied')
            write(`${theme.paint('dim', callLine(event, words.get(event.callId) ?? '', theme))}\n`);
          words.delete(event.callId);
          return undefined;
        case 'part.end':
          if (event.part.type === 'tool_call') calls++;
          if (event.part.type === 'hosted' && verbose)
            for (const passage of passagesOf(event.part)) say(shortened(passageWords(passage), 160, theme.glyphs.dots));
          if (event.part.type === 'reasoning' && verbose && event.part.text !== '')
            write(`${theme.paint('dim', safeText(event.part.text))}\n`);
          return undefined;
        case 'turn.end':
          if (calls > 0 && !structured)
            say(
              `the model asked for ${calls === 1 ? 'a tool' : counted(calls, 'tool')}; tools are not run here. See the calls with --output json.`,
            );
          sayEnding(event);
          if (verbose) say(summary(event));
          if (event.error && event.error.kind !== 'cancelled' && !isTold(event.error.message)) write(failure(event.error, theme));
          return undefined;
        default:
          event.type satisfies 'part.start' | 'part.delta' | 'usage' | 'finish' | 'turn.start' | 'message' | 'tool.progress' | 'step.end';
          return undefined;
      }
    },
  };
}

type EndedCall = Extract<StreamEvent, { type: 'tool.end' }>;

/** `tool read_file src/a.ts  ok 0.2 s`; what went wrong says why, as far as a line goes. */
function callLine({ name, outcome, output, durationMs }: EndedCall, words: string, { glyphs }: Theme): string {
  const about = words === '' ? '' : ` ${shortened(words, 80, glyphs.dots)}`;
  const why = outcome === 'ok' ? '' : `: ${shortened(safeLine(output.slice(0, 400)), 160, glyphs.dots)}`;
  return `tool ${exactLine(name)}${about}  ${outcomeWords(outcome, durationMs)}${why}`;
}

function shortened(text: string, most: number, dots: string): string {
  return text.length > most ? `${text.slice(0, most - dots.length).toWellFormed()}${dots}` : text;
}

/** An error for people: what happened, and what to do next. */
export function failure(error: Pick<ErrorReport, 'message' | 'hint' | 'requestId'>, theme: Theme): string {
  const id = error.requestId ? ` [request ${safeLine(error.requestId)}]` : '';
  const hint = error.hint
    ? `\n${safeLines(error.hint)
        .split('\n')
        .map((line) => theme.paint('dim', line))
        .join('\n')}`
    : '';
  return `${theme.paint('error', 'sotto:')} ${sentence(safeLine(error.message))}${id}${hint}\n`;
}

function summary({ usage, cost, timing, attempts, finishReason, rawFinishReason }: TurnEnd): string {
  const last = attempts.at(-1);
  const cached = usage?.cacheRead ? ` (${formatTokens(usage.cacheRead)} cached)` : '';
  const thought = usage?.reasoning ? ` (${formatTokens(usage.reasoning)} reasoning)` : '';
  const source = cost && cost.source !== 'provider' ? ` (price of ${cost.source.priceOf})` : '';
  return [
    last ? `${last.provider}/${last.model}` : undefined,
    `${formatTokens(usage?.input)} in${cached}, ${formatTokens(usage?.output)} out${thought}`,
    `cost ${formatCost(cost ?? undefined)}${source}`,
    `${formatDuration(timing.durationMs)}${timing.firstTokenMs === null ? '' : `, first token ${formatDuration(timing.firstTokenMs)}`}`,
    `finish ${finishReason}${rawFinishReason && rawFinishReason !== finishReason ? ` (${rawFinishReason})` : ''}`,
    attempts.length > 1 ? counted(attempts.length, 'attempt') : undefined,
  ]
    .filter((piece) => piece !== undefined)
    .join(' · ');
}
