/** JSON as people write it in editors: comments and trailing commas become spaces, so that every place in the text stays where it is. */

export function withoutComments(text: string): string {
  const bare = text.replace(COMMENT_OR_STRING, (found) => (found.startsWith('"') ? found : blank(found)));
  return bare.replace(COMMA_OR_STRING, (found) => (found === ',' ? ' ' : found));
}

export function hasComments(text: string): boolean {
  return [...text.matchAll(COMMENT_OR_STRING)].some(([found]) => !found.startsWith('"'));
}

const STRING = String.raw`"(?:[^"\\\r\n]|\\.)*"`;
const COMMENT_OR_STRING = new RegExp(String.raw`${STRING}|//[^\r\n]*|/\*[\s\S]*?\*/`, 'g');
const COMMA_OR_STRING = new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g');

function blank(comment: string): string {
  return comment.replace(/[^\r\n]/g, ' ');
}
