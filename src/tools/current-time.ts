/** The tool that tells the time: here, or in a time zone. */

import { textAt } from '../core/json.ts';
import type { Tool } from '../core/tool.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { failed } from './file-access.ts';

export function createCurrentTime({ date, timeZone }: Pick<BuiltInPorts, 'date' | 'timeZone'>): Tool {
  return {
    name: 'current_time',
    description: 'Current date, time and weekday.',
    parameters: {
      type: 'object',
      properties: { time_zone: { type: 'string', description: "IANA name such as Europe/Paris, or UTC; default: the user's" } },
      additionalProperties: false,
    },
    access: 'none',
    source: 'built-in',
    async run(args) {
      const wanted = textAt(args, 'time_zone')?.trim() || timeZone();
      try {
        return { output: timeIn(wanted, date()) };
      } catch {
        return failed(`"${wanted}" is not a time zone. Use an IANA name such as Europe/Paris or America/New_York, or UTC.`);
      }
    },
  };
}

/** "2026-11-24T18:12:04+01:00, Tuesday, Europe/Berlin". */
function timeIn(timeZone: string, milliseconds: number): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  const parts: Record<string, string> = Object.fromEntries(format.formatToParts(milliseconds).map(({ type, value }) => [type, value]));
  const offset = (parts.timeZoneName ?? 'GMT').replace(/^GMT(\+00:00)?$/, 'Z').replace('GMT', '');
  const year = (parts.year ?? '').padStart(4, '0');
  return `${year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}${offset}, ${parts.weekday}, ${timeZone}`;
}
