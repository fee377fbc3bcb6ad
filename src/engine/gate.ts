/** Lets so many pass at the same time, or one alone; first come, first served. */

export type Gate = {
  /** Resolves when there is room, with what has to be called afterwards. `alone`: nobody else at the same time. */
  enter(alone: boolean): Promise<() => void>;
};

export function createGate(limit: number): Gate {
  const waiting: { alone: boolean; go: () => void }[] = [];
  let inside = 0;
  let isTaken = false;

  function admit(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (isTaken || (next.alone ? inside > 0 : inside >= limit)) return;
      waiting.shift();
      inside++;
      isTaken = next.alone;
      next.go();
    }
  }

  function leave(): void {
    inside--;
    isTaken = false;
    admit();
  }

  return {
    enter: (alone) =>
      new Promise((resolve) => {
        waiting.push({ alone, go: () => resolve(leave) });
        admit();
      }),
  };
}
