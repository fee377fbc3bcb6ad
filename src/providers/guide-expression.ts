/** Finds the arithmetic expression that a message is: digits and signs, or the same in a few plain words. */

/** As the calculator takes it; undefined where the message is anything else. */
export function expressionIn(message: string): string | undefined {
  const asked = message.replace(ASKING, '').replace(/\s*=\s*$/, '');
  const text = WORDS.reduce((expression, [word, sign]) => expression.replace(word, sign), asked).trim();
  if (DATE.test(text) || !ALLOWED.test(text) || !/\d|\bpi\b/.test(text)) return undefined;
  const hasSign =
    /[\w)!%.]\s*(?:\*\*|[-+*/^%×÷−·])\s*[-+(]*[\w.]/.test(text) || /\d!/.test(text) || new RegExp(`(?:${NAMES})\\s*\\(`).test(text);
  return hasSign && /[\d)!%]$|\b(?:pi|e)$/.test(text) && isBalanced(text) ? text : undefined;
}

const ASKING =
  /^(?:what(?:'s| is| are)|calculate|compute|evaluate|work out|how much (?:is|are|makes)|solve|was (?:ist|ergibt)|wie viel (?:ist|sind)|(?:be)?rechne|combien (?:fait|font)|calcule|cuánto (?:es|son)|calcula)(?: the result of)?:? /i;

const NAMES = 'sqrt|cbrt|abs|min|max|round|floor|ceil|trunc|gcd|lcm|ln|log|log2|log10|exp|sin|cos|tan|asin|acos|atan';
/** A date is no subtraction. */
const DATE = /^\d{4}-\d\d-\d\d$/;
const ALLOWED = new RegExp(`^(?:[\\s\\d_.,()+*/^%!×÷−·-]|\\b(?:${NAMES}|pi|e)\\b)+$`);

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/(?<=[\d)%]\s*)\bplus\b(?=\s*[\d(-])/gi, '+'],
  [/(?<=[\d)%]\s*)\bminus\b(?=\s*[\d(-])/gi, '-'],
  [/(?<=[\d)%]\s*)(?:\btimes\b|\bmultiplied by\b|\bmal\b|\bfois\b|\bpor\b|x(?=\s*\d))(?=\s*[\d(-])/gi, '*'],
  [/(?<=[\d)%]\s*)\b(?:divided by|geteilt durch|divisé par|entre)\b(?=\s*[\d(-])/gi, '/'],
  [/(?<=[\d)%]\s*)\bto the power of\b(?=\s*[\d(-])/gi, '^'],
  [/(?<=[\d)]\s*)\bsquared\b/gi, '^2'],
  [/(?<=[\d)]\s*)\bcubed\b/gi, '^3'],
  [/(?<=\d\s*)(?:percent of|% of)(?=\s*[\d(])/gi, '% *'],
  [/(?<=[\d)]\s*)\bmod\b(?=\s*[\d(])/gi, '%'],
  [/\bthe square root of (\d[\d.]*)/gi, 'sqrt($1)'],
  [/^square root of (\d[\d.]*)/gi, 'sqrt($1)'],
  // 1,000,000: outside of a function a comma stands between thousands.
  [/(?<=^[^a-z]*\d),(?=\d{3}(?!\d))/gi, ''],
];

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
