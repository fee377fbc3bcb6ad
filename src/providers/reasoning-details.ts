/** Keeps OpenRouter's reasoning details (text, summaries, encrypted thoughts) so that a later turn can send them back as they came. */
import { isObject, type JsonObject, textAt } from '../core/json.ts';

type ReasoningDetails = {
  /** Takes pieces in and says what of them can be read. */
  take(pieces: JsonObject[]): string;
  /** Everything since the last release. */
  release(): JsonObject[];
  waiting(): boolean;
};

export function keepReasoningDetails(): ReasoningDetails {
  let kept: JsonObject[] = [];
  return {
    take(pieces) {
      for (const piece of pieces) merge(kept, piece);
      return pieces.map((piece) => textAt(piece, 'text') ?? '').join('');
    },
    release() {
      const released = kept;
      kept = [];
      return released;
    },
    waiting: () => kept.length > 0,
  };
}

/** Pieces of one detail carry the same index: its texts grow, everything else is taken over. */
function merge(kept: JsonObject[], piece: JsonObject): void {
  const before = kept.find((detail) => piece.index !== undefined && detail.index === piece.index && detail.type === piece.type);
  if (!isObject(before)) {
    kept.push({ ...piece });
    return;
  }
  for (const [key, value] of Object.entries(piece)) {
    const old = before[key];
    const grows = GROWING.has(key) && typeof old === 'string' && typeof value === 'string';
    if (value !== null && value !== undefined) before[key] = grows ? old + value : value;
  }
}

const GROWING = new Set(['text', 'summary', 'data']);
