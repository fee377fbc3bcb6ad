// The text that the mock server streams, piece by piece: known to both sides, so that every byte can be checked.

/** Piece `index` of an answer: exactly `size` characters, some of them of two bytes, each recognisable by its number. */
export function pieceOf(index, size) {
  const number = String(index).slice(-(size - 1));
  return `${number.padStart(size - 1, '·')}${index % 16 === 15 ? '\n' : ' '}`;
}

/** The whole answer of a spec, as it has to arrive. */
export function textOf({ pieces, size }) {
  return Array.from({ length: pieces }, (_, index) => pieceOf(index, size)).join('');
}
