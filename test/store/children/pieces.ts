/** The text that a streaming child sends, piece by piece, so that its parent can tell what it must have been. */

const WORDS = ['stream ', 'Dampfschifffahrt ', '数据库', 'naïve ', '\ud83d', '\ude00 ', 'x'.repeat(300), 'كتاب ', '\n\n- item '];

export function pieceOf(name: string, index: number): string {
  const word = WORDS[index % WORDS.length] ?? '';
  // The halves of a character must stay neighbours.
  return word.startsWith('\ud83d') || word.startsWith('\ude00') ? word : `${index % 7 === 0 ? `${name}#${index} ` : ''}${word}`;
}

export function textOfPieces(name: string, count: number): string {
  let text = '';
  for (let index = 0; index < count; index++) text += pieceOf(name, index);
  return text;
}
