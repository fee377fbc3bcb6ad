/** Cuts questions and texts into words that can be compared: no accents, no endings, no filler words. */

/** Ideograms and kana, which are written without spaces. */
export const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+/g;

/** Lower case, accents taken off, typographic signs made plain. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(SPELLINGS, (found) => SPELLING[found.replaceAll(/\s+/g, ' ')] ?? found);
}

/** What people type in several ways, and always mean the same by. */
const SPELLING: Readonly<Record<string, string>> = {
  ...{
    'log in': 'login',
    'log on': 'login',
    'sign in': 'login',
    'sign-in': 'login',
    signin: 'login',
    'log out': 'logout',
    'log me out': 'logout',
    'sign out': 'logout',
  },
  ...{ 'vs code': 'vscode', 'visual studio code': 'vscode', apikey: 'api key', apikeys: 'api keys', 'api-key': 'api key', setup: 'set up' },
  ...{ doesnt: "doesn't", dont: "don't", cant: "can't", isnt: "isn't", wont: "won't", whats: "what's", wheres: "where's", hows: "how's" },
  ...{ thats: "that's", youre: "you're", ive: "i've", im: "i'm", 'do not': "don't", 'does not': "doesn't", 'can not': "can't" },
  ...{ colours: 'colors', colour: 'color' },
};
const SPELLINGS = new RegExp(
  `(?<![\\p{L}\\p{N}'-])(?:${Object.keys(SPELLING)
    .map((one) => one.replaceAll(' ', '\\s+'))
    .join('|')})(?![\\p{L}\\p{N}'-])`,
  'gu',
);

/** Stems of the words with a meaning, in order. Text that is written without spaces is left out. */
export function words(text: string): string[] {
  const found = plain(text).replace(UNSPACED, ' ').match(WORD) ?? [];
  return found.filter((word) => !FILLERS.has(word)).map((word) => kindOf(word.replace(/'s?$/, '')));
}

/** Names of languages: which one it is matters less than that it is one. */
const LANGUAGES: ReadonlySet<string> = new Set(
  'english german french spanish italian portuguese russian ukrainian dutch swedish danish norwegian finnish czech greek turkish arabic hebrew persian hindi bengali urdu chinese mandarin japanese korean vietnamese thai indonesian'.split(
    ' ',
  ),
);
const kindOf = (word: string): string => stem(LANGUAGES.has(word) ? 'language' : word);

/** Cuts text without spaces at the words of a vocabulary, longest first; `left` counts the signs with a meaning that stay over. */
export function unspacedWords(text: string, vocabulary: readonly string[]): { known: string[]; left: number } {
  const known: string[] = [];
  let left = 0;
  for (const run of text.normalize('NFKC').match(UNSPACED) ?? []) {
    let rest = '';
    for (let at = 0; at < run.length; ) {
      const word = vocabulary.find((candidate) => run.startsWith(candidate, at));
      if (word !== undefined) known.push(word);
      rest += word === undefined ? run[at] : ' ';
      at += word?.length ?? 1;
    }
    left += rest.replace(UNSPACED_FILLERS, '').length;
  }
  return { known, left };
}

/** Stems that stand in questions about anything: beside other words they say little. */
export function isLight(word: string): boolean {
  return LIGHT.has(word) || isSmallNumber(word) || MODEL_NAME.test(word);
}

export function isSmallNumber(word: string): boolean {
  return /^\d\d?$/.test(word);
}

/** A word without its English ending; the same on both sides of a comparison, so it need not be pretty. */
export function stem(word: string): string {
  const whole = WHOLE.find((noun) => word === noun || word === `${noun}s` || word === `${noun}es`);
  if (whole !== undefined) return whole;
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let root = word.replace(/ies$/, 'y').replace(/(ss|sh|ch|x)es$/, '$1');
  if (/[^siu]s$/.test(root)) root = root.slice(0, -1);
  const shorter = root.replace(/(?:ing|ed)$/, '');
  if (shorter !== root && shorter.length >= 3 && /[aeiouy]/.test(shorter)) root = shorter.replace(/([bdgklmnprt])\1$/, '$1');
  return root.length > 4 ? root.replace(/e$/, '') : root;
}

/** Letters to add, drop, change or swap with their neighbour: is one enough? */
export function almostSame(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** Nouns that only look like a form of something else. */
const WHOLE: readonly string[] = ['setting', 'alias', 'news'];

/** A flag of one letter keeps its dash, a model name stays whole; names such as llama.cpp and ctrl+c fall into their words. */
const WORD =
  /(?<![\p{L}\p{N}-])[a-z]+\d*(?:[-.][a-z\d]+)*[-.]\d[a-z\d]*(?:[-.][a-z\d]+)*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}-])-[a-z](?![\p{L}\p{N}-])|[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu;

const FILLERS: ReadonlySet<string> = new Set(
  `a about actually all also always am an and another any anyone anything anywhere are as at be because been being but by can can't cannot
  could did do does doesn't doing don't else ever every for from get gets getting give gives go going got had has have he her here his how
  i i'd i'll i'm i've if in instead into is isn't it it's its just know let like make makes may me might mine more most much must my
  need needs no not often now of off on one ones only or our out over own please really say says see shall she should show shows so some
  someone something somehow still such tell tells than thank thanks that that's the their them then there there's these they thing things this those to too
  try trying up us use used uses using very want wants was way we were what what's when where which who whose why will with
  won't would yes yet you your yours
  sotto u ur r pls plz thx
  aber als am auch auf aus bei schon bin bist da das dass dein dem den der des die dies du ein eine einem einen einer er es fur gibt habe hat
  ich ihr im in ist kann kannst man mein meine mich mir mit muss nach nicht noch nur oder sein seine sich sie sind soll und uns vom von
  was wenn wer wie wird wo zu zum zur bitte benutze nutze verwende welche welcher welches wieso warum
  t au aux avec ca ce cela ces c'est cette combien comment dans de des du elle en est et il ils j'ai je l'on la le les leur lui ma mais mes moi mon ne nous on
  ou par pas peut peux pour pourquoi puis-je qu'est que quel quelle quels qui s'il sa ses son sont sur tu un une utiliser vos votre vous faire fait
  al como con cual cuando cuales de del donde el ella en es esta este esto hacer hago hay la las lo los me mi mis no o para pero por porque puedo
  puede que quien se si son su sus tu un una unas unos usar uso y yo`
    .split(/\s+/)
    .map(plain),
);

/** `gpt-6-luna`, `llama3.2`: which model it is matters less than what is asked of it. */
const MODEL_NAME = /^[a-z][a-z\d]*[-.].*\d|^[a-z]\d+-/;

const LIGHT: ReadonlySet<string> = new Set([
  ...words(`add change set find run running work write put turn open see send take new good best right mean support meaning large big long short first
  disable enable switch alt old together keep hit define create
   setzen stelle stellen andern schreiben finden changer mettre ecrire cambiar poner escribir`),
  '设置',
  '設定',
]);

/** Question words, particles and the verbs of every question; kana other than katakana carry grammar, not meaning. */
const UNSPACED_FILLERS =
  /请问|如何|怎么样|怎么|怎样|什么|哪里|哪些|哪个|为什么|可以|能不能|是否|需要|想要|使用|一个|我的|我们|我|你们|你|您|的|了|吗|呢|吧|啊|是|在|有|要|想|用|把|和|与|不|这|那|個|何|教|方法|变更|更改|修改|変更|使|方|[\u3040-\u309f\s]+/g;
