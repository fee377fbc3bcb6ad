/** Brings what several things tell at the same time into one stream, in the order in which it is told. */

type Inbox<Item> = {
  put(item: Item): void;
  /** Nothing more will come. */
  close(): void;
  /** What was put, until it is closed. For one reader. */
  items(): AsyncGenerator<Item, void>;
};

export function createInbox<Item>(): Inbox<Item> {
  let waiting: Item[] = [];
  let isClosed = false;
  let wake: (() => void) | undefined;
  const changed = () => {
    wake?.();
    wake = undefined;
  };
  return {
    put(item) {
      waiting.push(item);
      changed();
    },
    close() {
      isClosed = true;
      changed();
    },
    async *items() {
      for (;;) {
        const taken = waiting;
        waiting = [];
        yield* taken;
        if (waiting.length > 0) continue;
        if (isClosed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
