/** A short mark of a text that is the same everywhere; nothing depends on its strength (FNV-1a). */

export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(36).padStart(6, '0').slice(-6);
}
