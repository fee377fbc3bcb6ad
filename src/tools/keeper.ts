/** Keeps the beginning and the end of a text that comes in pieces: memory stays the same however long it gets. */

export type Keeper = { push: (text: string) => void; text: () => string };

const HEAD = 100_000;
const TAIL = 400_000;

/** The middle is dropped and counted. */
export function createKeeper(): Keeper {
  let head = '';
  let tail: string[] = [];
  let tailLength = 0;
  let dropped = 0;
  const shorten = () => {
    const all = tail.join('');
    const cut = Math.max(0, all.length - TAIL);
    dropped += cut;
    tail = [all.slice(cut)];
    tailLength = all.length - cut;
  };
  return {
    push(text) {
      const room = HEAD - head.length;
      if (room > 0) head += text.slice(0, room);
      if (text.length <= room) return;
      const rest = text.slice(Math.max(0, room));
      tail.push(rest);
      tailLength += rest.length;
      if (tailLength > 2 * TAIL) shorten();
    },
    text() {
      if (tailLength > TAIL) shorten();
      return head + (dropped > 0 ? `\n[... ${dropped} characters left out ...]\n` : '') + tail.join('');
    },
  };
}
