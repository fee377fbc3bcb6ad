/** The source text of a reply, for copying: what the model wrote, of all steps of the turn, without what was broken off. */
import type { StreamEvent } from '../core/events.ts';
import { createFold } from '../core/fold.ts';
import { textOf } from '../core/messages.ts';

export type Source = { take(event: StreamEvent): void; text(): string };

export function createSource(): Source {
  const fold = createFold();
  const steps: string[] = [];
  let isComplete = false;
  return {
    take(event) {
      if (event.type === 'request.start') {
        if (isComplete) steps.push(textOf(fold.reply().message));
        isComplete = false;
      } else if (event.type === 'finish') isComplete = true;
      fold.apply(event);
    },
    text: () => [...steps, textOf(fold.reply().message)].filter((text) => text.trim() !== '').join('\n\n'),
  };
}
