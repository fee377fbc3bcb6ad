/** Items of a Responses answer in the form of the API, since they may have to go back. */
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { contentPieces, contentText } from './content-pieces.ts';

/** Whatever of it a server wrote as a number, an object or a bare text. */
export function writtenItem(item: JsonObject): JsonObject {
  const written = { ...item };
  for (const key of ['id', 'call_id', 'name', 'type']) if (typeof item[key] === 'number') written[key] = String(item[key]);
  if (isObject(item.arguments) || Array.isArray(item.arguments)) written.arguments = JSON.stringify(item.arguments);
  if ('content' in item)
    written.content = contentPieces(item.content)
      .filter((piece) => piece !== '')
      .map(writtenPiece);
  return written;
}

function writtenPiece(piece: string | JsonObject): Json {
  if (typeof piece === 'string') return { type: 'output_text', text: piece };
  return 'text' in piece && typeof piece.text !== 'string' ? { ...piece, text: contentText(piece.text) } : piece;
}
