/** `/pipe`: the last reply as the input of a shell command. */
import { counted } from '../../core/words.ts';
import { safeText } from '../../format/safety.ts';
import { expandTabs, truncate } from '../../format/width.ts';
import type { SlashCommand } from '../actions.ts';
import { lastReply, roomOf } from './facts.ts';

export const pipeCommand: SlashCommand = {
  name: 'pipe',
  argument: '<command>',
  summary: 'reply to a program',
  details: ['Runs a shell command with the last reply as its input, and shows what it says.', '/pipe wc -w', '/pipe cat > notes.md'],
  group: 'Text',
  whileWorking: true,
  async run(argument, actions) {
    const reply = lastReply(actions.chat);
    if (reply === undefined) return actions.say('There is no reply yet.', 'warning');
    const command = argument || ((await actions.line('To which command?'))?.trim() ?? '');
    if (command === '') return;
    const { output, code } = await actions.pipe(command, reply);
    actions.print(outputLines(output, roomOf(actions)));
    const end = code === null ? 'was stopped' : `ended with exit code ${code}`;
    actions.say(`${command} ${end}${output.trim() === '' ? ', and said nothing' : ''}.`, code === 0 ? 'info' : 'warning');
  },
};

const MOST_LINES = 20;

function outputLines(output: string, { columns, theme }: ReturnType<typeof roomOf>): string[] {
  const lines = expandTabs(safeText(output)).trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES - 1) : lines;
  const more = lines.length - shown.length;
  return [
    ...shown.map((line) => `  ${truncate(line, Math.max(4, columns - 2), theme.glyphs.dots)}`),
    ...(more > 0 ? [theme.paint('dim', `  (+${counted(more, 'line')})`)] : []),
  ];
}
