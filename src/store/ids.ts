/** Names of conversations: twelve characters, short to type by their beginning, and in the order of time. */

/** Crockford's base 32: no i, l, o, u, so nothing can be misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 9;
const RANDOM_CHARACTERS = 3;
const RANDOM_SIZE = 32 ** RANDOM_CHARACTERS;

/**
 * Nine characters of the time in milliseconds (good until the year 3084) and three of chance. Within one process the ids
 * never go back and never repeat, whatever the clock does; two processes may meet, which the database notices.
 */
export function createIds(random: () => number): (timeMs: number) => string {
  let lastMs = -1;
  let last = 0;
  return (timeMs) => {
    if (timeMs > lastMs) {
      lastMs = Math.floor(timeMs);
      // The upper half is left free for more ids of the same millisecond.
      last = Math.floor(random() * (RANDOM_SIZE / 2));
    } else if (++last >= RANDOM_SIZE) {
      lastMs++;
      last = 0;
    }
    return base32(lastMs, TIME_CHARACTERS) + base32(last, RANDOM_CHARACTERS);
  };
}

/** An id for something that began at another time, such as an imported conversation. */
export function idAt(timeMs: number, random: () => number): string {
  return base32(Math.max(0, Math.floor(timeMs)), TIME_CHARACTERS) + base32(Math.floor(random() * RANDOM_SIZE), RANDOM_CHARACTERS);
}

/** What a person typed, as it would stand in an id. Undefined when no id begins like that. */
export function asIdPrefix(text: string): string | undefined {
  const normal = text.trim().toLowerCase().replace(/o/g, '0').replace(/[il]/g, '1');
  return /^[0-9a-hjkmnp-tv-z]{1,12}$/.test(normal) ? normal : undefined;
}

export function isId(text: string): boolean {
  return text.length === TIME_CHARACTERS + RANDOM_CHARACTERS && asIdPrefix(text) === text;
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = ALPHABET.charAt(rest % 32) + text;
  return text;
}
