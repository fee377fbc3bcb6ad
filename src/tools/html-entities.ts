/** Characters that HTML names: numbers, Latin letters, and the signs that pages use. */

/** What is no known name stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,8})|#[xX]([\da-fA-F]{1,7})|([a-zA-Z][a-zA-Z\d]{1,31}))(;?)/g,
    (found, decimal, hexadecimal, name, end) => {
      if (name !== undefined) return NAMED.get(name) ?? (end === '' ? withoutEnd(name) : undefined) ?? found;
      return numbered(decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal));
    },
  );
}

/** Old names need no semicolon: `&copy2020`, `&ampx`. */
function withoutEnd(name: string): string | undefined {
  for (let length = Math.min(6, name.length - 1); length >= 2; length -= 1) {
    const found = OLD.has(name.slice(0, length)) ? NAMED.get(name.slice(0, length)) : undefined;
    if (found !== undefined) return found + name.slice(length);
  }
  return undefined;
}

function numbered(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return WINDOWS[code - 0x80] ?? '\ufffd';
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isNone ? '\ufffd' : String.fromCodePoint(code);
}

/** What 128 to 159 mean on pages: the characters of Windows-1252. */
const WINDOWS = [
  ...'\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178',
];

/** From 160 on, one after the other. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest ' +
  'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

/** From 913 on, and from 945 on; a dot where there is no letter. */
const GREEK =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho . Sigma Tau Upsilon Phi Chi Psi Omega';

const OTHERS: Readonly<Record<string, string>> = {
  amp: '&',
  AMP: '&',
  lt: '<',
  LT: '<',
  gt: '>',
  GT: '>',
  quot: '"',
  QUOT: '"',
  apos: "'",
  hellip: '\u2026',
  mdash: '\u2014',
  ndash: '\u2013',
  lsquo: '\u2018',
  rsquo: '\u2019',
  sbquo: '\u201a',
  ldquo: '\u201c',
  rdquo: '\u201d',
  bdquo: '\u201e',
  lsaquo: '\u2039',
  rsaquo: '\u203a',
  bull: '\u2022',
  dagger: '\u2020',
  Dagger: '\u2021',
  permil: '\u2030',
  prime: '\u2032',
  Prime: '\u2033',
  euro: '\u20ac',
  trade: '\u2122',
  larr: '\u2190',
  uarr: '\u2191',
  rarr: '\u2192',
  darr: '\u2193',
  harr: '\u2194',
  lArr: '\u21d0',
  rArr: '\u21d2',
  hArr: '\u21d4',
  crarr: '\u21b5',
  forall: '\u2200',
  part: '\u2202',
  exist: '\u2203',
  empty: '\u2205',
  nabla: '\u2207',
  isin: '\u2208',
  notin: '\u2209',
  ni: '\u220b',
  prod: '\u220f',
  sum: '\u2211',
  minus: '\u2212',
  lowast: '\u2217',
  radic: '\u221a',
  prop: '\u221d',
  infin: '\u221e',
  ang: '\u2220',
  and: '\u2227',
  or: '\u2228',
  cap: '\u2229',
  cup: '\u222a',
  int: '\u222b',
  there4: '\u2234',
  sim: '\u223c',
  cong: '\u2245',
  asymp: '\u2248',
  ne: '\u2260',
  equiv: '\u2261',
  le: '\u2264',
  ge: '\u2265',
  sub: '\u2282',
  sup: '\u2283',
  sube: '\u2286',
  supe: '\u2287',
  oplus: '\u2295',
  otimes: '\u2297',
  perp: '\u22a5',
  sdot: '\u22c5',
  lceil: '\u2308',
  rceil: '\u2309',
  lfloor: '\u230a',
  rfloor: '\u230b',
  lang: '\u27e8',
  rang: '\u27e9',
  loz: '\u25ca',
  spades: '\u2660',
  clubs: '\u2663',
  hearts: '\u2665',
  diams: '\u2666',
  check: '\u2713',
  cross: '\u2717',
  star: '\u2606',
  starf: '\u2605',
  OElig: '\u0152',
  oelig: '\u0153',
  Scaron: '\u0160',
  scaron: '\u0161',
  Zcaron: '\u017d',
  zcaron: '\u017e',
  Ccaron: '\u010c',
  ccaron: '\u010d',
  Yuml: '\u0178',
  fnof: '\u0192',
  circ: '\u02c6',
  tilde: '\u02dc',
  ensp: '\u2002',
  emsp: '\u2003',
  thinsp: '\u2009',
  zwnj: '\u200c',
  zwj: '\u200d',
  lrm: '\u200e',
  rlm: '\u200f',
  sigmaf: '\u03c2',
  thetasym: '\u03d1',
  piv: '\u03d6',
  colon: ':',
  semi: ';',
  comma: ',',
  period: '.',
  excl: '!',
  quest: '?',
  num: '#',
  dollar: '$',
  percnt: '%',
  ast: '*',
  plus: '+',
  equals: '=',
  commat: '@',
  lowbar: '_',
  grave: '`',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  rsqb: ']',
  lbrack: '[',
  rbrack: ']',
  lcub: '{',
  rcub: '}',
  lbrace: '{',
  rbrace: '}',
  vert: '|',
  verbar: '|',
  bsol: '\\',
  sol: '/',
  hyphen: '\u2010',
  dash: '\u2010',
  Tab: '\t',
  NewLine: '\n',
  copysr: '\u2117',
  numero: '\u2116',
  phone: '\u260e',
  half: '\u00bd',
  lambda: '\u03bb',
};

const NAMED = new Map<string, string>([
  ...LATIN.split(' ').map((name, index): [string, string] => [name, String.fromCodePoint(160 + index)]),
  ...GREEK.split(' ').flatMap((name, index): [string, string][] =>
    name === '.'
      ? []
      : [
          [name, String.fromCodePoint(913 + index)],
          [name.toLowerCase(), String.fromCodePoint(945 + index)],
        ],
  ),
  ...Object.entries(OTHERS),
]);

const OLD = new Set([...LATIN.split(' '), 'amp', 'AMP', 'lt', 'LT', 'gt', 'GT', 'quot', 'QUOT']);
