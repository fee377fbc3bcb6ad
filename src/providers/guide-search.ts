/** Finds the sections of the manual that answer a question, and says honestly when there is none. */
import { SECTIONS } from './guide-manual.ts';
import type { Section } from './guide-text.ts';
import { almostSame, isLight, isSmallNumber, plain, UNSPACED, unspacedWords, words } from './guide-words.ts';

type Ranked = {
  section: Section;
  score: number;
  /** Share of the question's meaning that the section is about, 0 to 1. */
  coverage: number;
  /** More than a small number or half of a phrase says that it is about this. */
  isAnchored: boolean;
};

export type Finding =
  /** One or two sections that answer, best first, and others close to them. */
  | { kind: 'answered'; sections: readonly Section[]; seeAlso: readonly Section[] }
  /** Nothing is good enough to be an answer; `nearest` may be empty. */
  | { kind: 'no_section'; nearest: readonly Section[] };

/** Less than this share of a question understood is no answer. */
const LEAST_COVERAGE = 0.51;
/** The same where several good words, or our own name, say that the question is about sotto. */
const LEAST_COVERAGE_WHEN_SURE = 0.33;
/** What one good word of a title or a keyword brings. */
const LEAST_SCORE = 6;

export function findSections(question: string): Finding {
  const asked = question.slice(0, MOST_LETTERS);
  if (asked.trim() === '') return answer(sectionsNamed('overview'), []);
  const bare = bareWords(asked);
  const ranked = rank(asked);
  const intent = INTENTS.find(({ pattern }) => pattern.test(bare))?.id;
  const meant = intent ?? SECTIONS.find(({ id, title }) => bareWords(title) === bare || bareWords(id) === bare)?.id;
  if (meant !== undefined) return answer(sectionsNamed(meant), ranked);
  const namesSotto = bare.includes('sotto');
  if (TASK.test(bare) && !namesSotto) return { kind: 'no_section', nearest: [] };
  const halves = answerHalves(asked);
  if (halves) return answer(halves, ranked);
  const [best, second] = ranked.filter((candidate) => isAnswer(candidate, namesSotto));
  if (!best) return { kind: 'no_section', nearest: closeTo(ranked) };
  const twin = second && second.score >= best.score * TWIN_SHARE && second.coverage >= best.coverage ? [second.section] : [];
  return answer([best.section, ...twin], ranked);
}

/** All sections that have anything to do with a question, best first. */
export function rank(question: string): Ranked[] {
  const terms = termsOf(question);
  const total = terms.reduce((sum, term) => sum + term.weight, 0);
  if (total === 0) return [];
  return INDEX.map((entry) => rate(entry, terms, total))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score * b.coverage - a.score * a.coverage || order(a.section) - order(b.section));
}

const STRONG_SCORE = 25;
const WHOLE_COVERAGE = 0.78;
const LEAST_SCORE_OF_WHOLE = 2.5;
const MOST_LETTERS = 1000;
const MOST_CLAUSES = 4;
const MOST_OTHERS = 3;
const TWIN_SHARE = 0.85;
/** What a word of a keyword weighs, and a keyword that is one word; words of the body weigh about 1. */
const PART_OF_KEYWORD = 2;
const WHOLE_KEYWORD = 4;
const LEAST_RARITY = 0.5;
/** Words such as "change" say little of what a question is about. */
const LIGHT_SHARE = 0.4;
const CLAUSE_END = /[?!;,。？！，；]+|\b(?:and|und|et)\b/iu;

/** Questions made of little words only, which a search by words cannot see. Matched against plain words. */
const INTENTS: readonly { pattern: RegExp; id: string }[] = [
  {
    pattern:
      /^(hi|hello|hey|hallo|bonjour|salut|hola|ciao|moin|servus|good (morning|evening|day)|guten tag|你好|您好|こんにちは)( there| sotto)?$/,
    id: 'overview',
  },
  {
    pattern:
      /^(please )?help( me)?$|^(what|whats|what's) (is |'s )?(sotto|this|it)( for)?$|^what (does|can|could|will|do) (sotto|this|it|i|you) (do|do with (it|sotto|this))( for me)?$|^(was|wer) ist sotto$|^was kann(st)? (sotto|du|ich)( tun| machen)?$|^(c'est quoi|qu'est ce que( c'est( que)?)?) sotto$|^que es sotto$|^(about )?sotto$|^how (do i|to|does one) use (it|this|sotto)( thing)?$|^sotto ?(是什么|とは(何ですか)?)$/,
    id: 'overview',
  },
  {
    pattern:
      /^(who|what) are you$|^are you (an? |the )?(real |large )?(ai|llm|bot|robot|human|person|language model|model|chatgpt|gpt|claude|guide)$|^wer bist du$|^was bist du$|^qui es tu$|^quien eres$|^你是谁$|^あなたは誰(ですか)?$/,
    id: 'guide',
  },
  {
    pattern:
      /^(it|this|that|sotto) (still )?(does not|doesn't|won't|will not) (even )?work( at all)?$|^((it|this|that|sotto|nothing) )?(doesn't|won't) work( at all)?$|^((it is|it's|sotto is|nothing is) )?(still )?not working$|^nothing works$/,
    id: 'errors',
  },
  {
    pattern:
      /^(it|this|that|sotto|it's|that's) (is )?(broken|stuck|dead|not responding|doing nothing|failing|crashing)$|^(help )?(me )?(it's|it is) broken$|^(it )?doesn't (do anything|respond|start)$/,
    id: 'errors',
  },
  {
    pattern:
      /^(how (do|can|to) (i )?)?(get (me )?out|get (me )?out of (here|this|it)|(exit|quit|leave|close)( (it|this|here|sotto|the program|the app))?)$/,
    id: 'chat',
  },
  {
    pattern: /^(is|are) (it|this|that|sotto)( (really|all|completely|totally))? (free|paid|free of charge)( to use)?$|^free$/,
    id: 'cost',
  },
  {
    pattern: /^(how (do|can|to) (i )?)?(start|begin|get going)( (it|this|sotto|here))?$|^where (do|should) i (start|begin)$/,
    id: 'connect',
  },
  {
    pattern:
      /^is (it|this|sotto) (really )?(private|safe|secure)( to use)?( at work)?$|^(can|may|should|could) (i|we) (use (it|this|sotto) (at|for) work|trust (it|this|sotto|you))$/,
    id: 'privacy',
  },
  {
    pattern:
      /^((how|where) (do|can|to|should) (i )?|i (want|would like|need) to |please |can i )?(delete|close|remove|cancel|end|deactivate|terminate)? ?(my |the |our )?(sotto )?(account|subscription|membership|plan)( and .*)?$|^(do|does|is|will) (i|it|sotto|there) (need|require|have|cost)? ?(a |an |any )?(subscription|membership|plan)$/,
    id: 'account',
  },
  { pattern: /^who (made|makes|wrote|built|created|develops|developed|owns|maintains|is behind) (it|this|that|sotto|you)$/, id: 'license' },
  {
    pattern:
      /^(can|does|do|is|will|could) (it|this|sotto|you|they|anyone|anybody|somebody) (ever |also |secretly )?(see|seeing|hear|hearing|watch|watching|record|recording|listen|listening|spy|spying|look|looking|access|use|using|control|read|turn|have access)\b.*\b(screen|desktop|camera|webcam|microphone|mic|mouse|keyboard|clipboard|emails?|computer|what i type)$/,
    id: 'reach',
  },
  {
    pattern:
      /^(can|does|will|could) (it|this|sotto|you) (make|create|paint|draw|generate|produce) (me )?(a |an |some )?(images?|pictures?|photos?|drawings?|logos?|art)$/,
    id: 'hosted-tools',
  },
  {
    pattern: /^where (are|did|can i find|do i find|do i see) (all )?(of )?(my|the|our) (old |earlier |past |saved )?chats?( (go|gone))?$/,
    id: 'conversations',
  },
  { pattern: /^what's new( (here|in (it|this|sotto|this version)))?$/, id: 'install' },
  { pattern: /^(which|what) (one|model|models) (should|do|can|shall) (i|we) (use|pick|choose|take|get)( first)?$/, id: 'model-list' },
  {
    pattern:
      /^(what (is|are|does|do)|what's|was (ist|sind|bedeutet)|c'est quoi) (a |an |the |ein |eine |un |une )?(tokens?|context|context window|prompts?|llms?|large language models?|language models?|streaming|models?|conversations?) ?(mean)?$/,
    id: 'glossary',
  },
  {
    pattern:
      /^(can|does|do|will|could) (openai|anthropic|google|microsoft|they|you|anyone|anybody|somebody|people|the provider|sotto|it|this) (see|read|store|keep|save|log|train on|collect|get|sell) (my|our|all my) (data|prompts?|messages?|chats?|conversations?|questions?|answers?|keys?|history|texts?|stuff|secrets?)$/,
    id: 'privacy',
  },
  { pattern: /^(print |show |give me )?(just|only) (print |show |give me )?(the )?(answer|reply)( please)?$/, id: 'output' },
  { pattern: /^(how (do|can) i )?(start over|begin again|start again|(start |begin )?(a )?(new|fresh) chat)$/, id: 'slash-commands' },
  { pattern: /^what (can|do|should|could) i type( (here|in here|now))?$/, id: 'slash-commands' },
  // "Not" says nothing in a search by words, and everything here.
  {
    pattern:
      /\b(not|never|don't|dont|without|stop|disable|turn off|stop from) (to )?(save|saving|keep|keeping)( (my|the|our|any|this|these))?( (conversations?|history|chats?|questions?|answers?|prompts?|anything|it|them))?$/,
    id: 'not-saving',
  },
  // The words of our own error, which are little ones too.
  { pattern: /^(sotto )?there is no key for /, id: 'no-provider' },
  { pattern: /^what do you know( about)?$|^what (can|could|may|should) i ask( you)?( about)?$/, id: 'contents' },
];

/** A task for a model, whatever words of ours are in it. */
const TASK =
  /^(please |can you |could you |bitte |kannst du )?(write|compose|draw|paint|sing|translate|summari[sz]e|explain|fix|debug|review|improve|describe|schreib(e|st)?|ubersetze|ecris|traduis|escribe|traduce)( me| us| mir| moi)? (a|an|some|this|that|my|these|the following|ein|eine|einen|diesen|un|une|una|ce|cette|este|esta)\b/;

type Entry = {
  section: Section;
  /** Words of title and keywords, with their weight. */
  named: ReadonlyMap<string, number>;
  /** Words of the body, counted. */
  body: ReadonlyMap<string, number>;
  length: number;
  /** Keywords of several words. */
  phrases: readonly (readonly string[])[];
  unspaced: readonly string[];
};

type Term = { text: string; weight: number; similarity: number; unspaced: boolean; light?: true };

const INDEX: readonly Entry[] = SECTIONS.map(entryOf);
const AVERAGE_LENGTH = INDEX.reduce((sum, entry) => sum + entry.length, 0) / INDEX.length;
const VOCABULARY: ReadonlySet<string> = new Set(INDEX.flatMap((entry) => [...entry.named.keys()]));
/** Longest first. */
const UNSPACED_VOCABULARY: readonly string[] = [...new Set(INDEX.flatMap((entry) => entry.unspaced))].sort((a, b) => b.length - a.length);
const RARITY = rarities();
/** An unknown word means as much as a fairly rare one. */
const UNKNOWN_WEIGHT = Math.log(1 + INDEX.length / 2.5);

/** Several good words at once, or our name, make up for words that are not understood. */
function isAnswer({ score, coverage, isAnchored }: Ranked, namesSotto: boolean): boolean {
  // All of a short question is in title and keywords: common words such as "model" score little, and mean what they say.
  if (isAnchored && coverage >= WHOLE_COVERAGE && score >= LEAST_SCORE_OF_WHOLE) return true;
  return score >= LEAST_SCORE && coverage >= (namesSotto || score >= STRONG_SCORE ? LEAST_COVERAGE_WHEN_SURE : LEAST_COVERAGE);
}

function sectionsNamed(id: string): readonly Section[] {
  return SECTIONS.filter((section) => section.id === id);
}

function answer(sections: readonly Section[], ranked: readonly Ranked[]): Finding {
  const close = closeTo(ranked.filter(({ section }) => !sections.includes(section)));
  return {
    kind: 'answered',
    sections,
    seeAlso:
      close.length > 0
        ? close
        : sections
            .slice(0, 1)
            .flatMap(neighbours)
            .filter((section) => !sections.includes(section)),
  };
}

function closeTo(ranked: readonly Ranked[]): Section[] {
  const close = ranked.filter(({ score }) => score >= LEAST_SCORE / 2);
  return close.slice(0, MOST_OTHERS).map(({ section }) => section);
}

/** "What is it, and how do I start?": one section for each half, where both are understood. */
function answerHalves(asked: string): Section[] | undefined {
  const clauses = asked.split(CLAUSE_END).filter((clause) => clause.trim() !== '');
  if (clauses.length < 2 || clauses.length > MOST_CLAUSES) return undefined;
  const found = clauses.map(findSections).flatMap((half) => (half.kind === 'answered' ? half.sections.slice(0, 1) : []));
  const sections = [...new Set(found)];
  return found.length === clauses.length && sections.length === 2 ? sections : undefined;
}

function bareWords(text: string): string {
  return plain(text)
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim();
}

/** The sections around one: the manual is in order of subject. */
function neighbours(section: Section): Section[] {
  const at = SECTIONS.indexOf(section);
  return [SECTIONS[at - 1], SECTIONS[at + 1]].filter((found) => found !== undefined);
}

function entryOf(section: Section): Entry {
  const named = new Map<string, number>();
  const name = (word: string, weight: number) => named.set(word, Math.max(named.get(word) ?? 0, weight));
  for (const word of words(section.title)) name(word, 3);
  const phrases: string[][] = [];
  for (const keyword of section.keywords) {
    const parts = words(keyword);
    for (const part of parts) name(part, parts.length > 1 ? PART_OF_KEYWORD : /\s/.test(keyword) ? 3 : WHOLE_KEYWORD);
    if (parts.length > 1) phrases.push(parts);
  }
  const body = new Map<string, number>();
  // The contents name everything and would be close to every question.
  const bodyWords = section.id === 'contents' ? [] : words(section.body);
  for (const word of bodyWords) body.set(word, (body.get(word) ?? 0) + 1);
  const unspaced = section.keywords.flatMap((keyword) => keyword.match(UNSPACED) ?? []);
  return { section, named, body, length: bodyWords.length, phrases, unspaced };
}

/** How much a word tells: one that stands in few sections tells more. */
function rarities(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { named, body, unspaced } of INDEX)
    for (const word of new Set([...named.keys(), ...body.keys(), ...unspaced])) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].map(([word, count]) => [word, Math.max(LEAST_RARITY, Math.log(1 + INDEX.length / (count + 0.5)))]));
}

function termsOf(question: string): Term[] {
  const terms = new Map<string, Term>();
  for (const word of words(question)) {
    // A light word is known, though no section may have it.
    const known = RARITY.has(word) || isLight(word) ? word : correction(word);
    const text = known ?? word;
    // A number says something only where it is the name of something: 401, not 11434.
    const weight = /^\d+$/.test(text) && !VOCABULARY.has(text) ? LEAST_RARITY : (RARITY.get(text) ?? UNKNOWN_WEIGHT);
    terms.set(text, { text, weight, similarity: known === word ? 1 : 0.8, unspaced: false });
  }
  const { known, left } = unspacedWords(question, UNSPACED_VOCABULARY);
  for (const text of known) terms.set(text, { text, weight: RARITY.get(text) ?? UNKNOWN_WEIGHT, similarity: 1, unspaced: true });
  // Two signs are about one word.
  if (left > 0) terms.set('', { text: '', weight: (UNKNOWN_WEIGHT * left) / 2, similarity: 0, unspaced: true });
  return lighten([...terms.values()]);
}

/** Light words step back behind the others, where there are others. */
function lighten(terms: Term[]): Term[] {
  if (terms.every(({ text }) => isLight(text))) return terms;
  return terms.map((term) => (isLight(term.text) ? { ...term, weight: term.weight * LIGHT_SHARE, light: true } : term));
}

/** The word of a title or keyword that a mistyped one probably meant. */
function correction(word: string): string | undefined {
  // Letters that changed places are the commonest slip, then one that is there twice or missing; of two words the commoner is meant.
  const letters = (text: string) => [...text].sort().join('');
  const isNear = (known: string) => known.length >= 4 && known[0] === word[0] && almostSame(word, known);
  const cost = (known: string) => (letters(known) === letters(word) ? 0 : known.length !== word.length ? 1 : 2);
  // A stem may have lost its last letter: "modle" is "modl" by now.
  const isLikely = (known: string) => word.length > 4 || (word.length === 4 && letters(known) === letters(`${word}e`));
  const near = [...VOCABULARY].filter((known) => isNear(known) && isLikely(known));
  return near.sort((one, other) => cost(one) - cost(other) || (RARITY.get(one) ?? 0) - (RARITY.get(other) ?? 0))[0];
}

/** BM25 over the body, plus what title and keywords say, plus a bonus for whole phrases. */
function rate(entry: Entry, terms: readonly Term[], total: number): Ranked {
  let score = 0;
  let understood = 0;
  const found = new Set<string>();
  let anchored = false;
  for (const { text, weight, similarity, unspaced, light } of terms) {
    const named = unspaced ? (entry.unspaced.includes(text) ? WHOLE_KEYWORD : 0) : (entry.named.get(text) ?? 0);
    const count = unspaced ? 0 : (entry.body.get(text) ?? 0);
    if (named > 0) found.add(text);
    anchored ||= named > PART_OF_KEYWORD && !light && !isSmallNumber(text);
    score += similarity * weight * (named + (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * entry.length) / AVERAGE_LENGTH)));
    understood += similarity * weight * (named > 0 ? 1 : count > 0 ? 0.5 : 0);
  }
  const coverage = understood / total;
  const phrases = entry.phrases.filter((phrase) => phrase.every((word) => found.has(word)));
  // One word of a phrase, a light word or a small number leads to no section by itself: "phone" is not "phone home".
  anchored ||= phrases.length > 0 || [...found].filter((word) => !isLight(word)).length > 1;
  if (!anchored) return { section: entry.section, score: Math.min(score, LEAST_SCORE) / 2, coverage, isAnchored: false };
  for (const phrase of phrases) score += 2 * phrase.reduce((sum, word) => sum + (RARITY.get(word) ?? 0), 0);
  return { section: entry.section, score, coverage, isAnchored: true };
}

function order(section: Section): number {
  return SECTIONS.indexOf(section);
}
