/** Inline markdown (emphasis, code, links, ...) as styled runs. */
import type { Token } from 'marked';
import { formulaText } from './formula.ts';
import type { Run, Style } from './markdown-layout.ts';
import { safeText } from './safety.ts';
import type { Role } from './theme.ts';

/** What definitions (`[name]: address`) have said so far, by the name as marked compares them. */
export type Links = Record<string, { href: string; title?: string }>;

export type InlineOptions = {
  lexInline: (text: string, links: Links) => Token[];
  decode: (text: string) => string;
  links: Links;
  /** Links can be clicked: their address is put behind the text instead of after it. */
  hyperlinks: boolean;
  /** Simple LaTeX is shown as Unicode text. */
  formulas: boolean;
  /** No colours: code keeps its backticks, since nothing else would show it. */
  plain: boolean;
};

/** Styled runs of a piece of inline markdown; a `\n` in them is a line break. */
export function inlineRuns(text: string, base: Style, options: InlineOptions): Run[] {
  const runs = tokenRuns(options.lexInline(text, options.links), base, options);
  // Again, although the source was made safe: "&#27;" has become an escape character by now.
  return runs.map((run) => ({ text: safeText(run.text).replaceAll('\t', ' '), style: run.style }));
}

function tokenRuns(tokens: readonly Token[], style: Style, options: InlineOptions): Run[] {
  return tokens.flatMap((token) => runsOf(token as InlineToken, style, options));
}

/** Marked's own type lets every token be anything; these are the fields of the inline ones. */
type InlineToken = { type: string; raw: string; text?: string; href?: string; tokens?: Token[] };

function runsOf(token: InlineToken, style: Style, options: InlineOptions): Run[] {
  const { raw, text = raw, tokens = [] } = token;
  switch (token.type) {
    case 'strong':
      return tokenRuns(tokens, withRole(style, 'strong'), options);
    case 'em':
      return tokenRuns(tokens, withRole(style, 'emphasis'), options);
    case 'del':
      // "~5 to 10~" is not struck out: one tilde means "about" more often.
      if (raw.startsWith('~~')) return tokenRuns(tokens, withRole(style, 'strike'), options);
      return [{ text: '~', style }, ...tokenRuns(tokens, style, options), { text: '~', style }];
    case 'codespan':
      return [{ text: options.plain ? `\`${text}\`` : text, style: { ...withRole(style, 'code'), verbatim: true } }];
    case 'link':
      return linkRuns(token, style, options);
    case 'image':
      return [
        { text: `[image: ${options.decode(text)}]`, style: withRole(style, 'link') },
        ...addressRuns(options.decode(token.href ?? ''), style),
      ];
    case 'footnote':
      return [{ text, style: withRole(style, 'marker') }];
    case 'br':
      return [{ text: '\n', style }];
    case 'html':
      return [/^<br ?\/?>$/i.test(raw) ? { text: '\n', style } : { text: raw, style: withRole(style, 'literal') }];
    case 'math': {
      const formula = options.formulas ? formulaText(text, { rows: false }) : undefined;
      return [formula === undefined ? { text: raw, style: { ...style, verbatim: true } } : { text: formula, style }];
    }
    case 'escape':
      return [{ text, style }];
    default:
      return tokens.length > 0 ? tokenRuns(tokens, style, options) : [{ text: options.decode(text), style }];
  }
}

function linkRuns(token: InlineToken, style: Style, options: InlineOptions): Run[] {
  const { text = '', tokens = [] } = token;
  const href = options.decode(token.href ?? '');
  const target = options.hyperlinks ? clickable(href) : undefined;
  const runs = tokenRuns(tokens, { ...withRole(style, 'link'), ...(target === undefined ? {} : { href: target }) }, options);
  // A text that looks like an address but leads elsewhere must show where, clickable or not.
  const isShown = sameAddress(text, href) || (target !== undefined && !/:\/\/|^www\./i.test(text));
  return isShown ? runs : [...runs, ...addressRuns(href, style)];
}

function addressRuns(href: string, style: Style): Run[] {
  return [
    { text: ' ', style },
    { text: `(${href})`, style: withRole(style, 'url') },
  ];
}

/** The address for OSC 8, percent-encoded; only kinds that cannot do harm by themselves. */
function clickable(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return undefined;
  return /^[\x21-\x7e]+$/.test(url.href) ? url.href.replaceAll(';', '%3B') : undefined;
}

function sameAddress(text: string, href: string): boolean {
  const bare = (address: string): string => address.replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '');
  return bare(text) === bare(href);
}

function withRole(style: Style, role: Role): Style {
  return { ...style, roles: [...style.roles, role] };
}
