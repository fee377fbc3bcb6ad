/** Emphasis beside Chinese, Japanese and Korean: which delimiters open and close it there, as rules for marked's lexer. */

/** The rules of marked that say what may open and close emphasis; every other one stays as it is. */
type EmphasisRules = {
  punctuation: RegExp;
  emStrongLDelim: RegExp;
  emStrongRDelimAst: RegExp;
  emStrongRDelimUnd: RegExp;
  delLDelim: RegExp;
  delRDelim: RegExp;
};

/**
 * CommonMark decides by spaces and punctuation around `**`, and these scripts have no spaces between words: in `**注意：**请` the end
 * counts as a beginning. As in the "CJK-friendly" amendment (see commonmark-spec, issue 650), a character of these scripts inside
 * the marks counts as a letter, also when it is punctuation, and outside as a place where words part.
 */
export function emphasisRules(): EmphasisRules {
  return {
    punctuation: new RegExp(`^(?:(?![*_])[\\s\\p{P}\\p{S}${CJK}]|[\\udc00-\\udfff])`, 'u'),
    emStrongLDelim: new RegExp(`^(?:\\*+(?:((?![*~${CJK}])${PUNCTUATION})|([^\\s*]))?)|^_+(?:((?![_~])${PUNCTUATION})|([^\\s_]))?`, 'u'),
    emStrongRDelimAst: closers('\\*', '\\*+', '[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|'),
    emStrongRDelimUnd: underscoreClosers(),
    delLDelim: new RegExp(`^~~?(?:((?![~${CJK}])${PUNCTUATION})|[^\\s~])`, 'u'),
    delRDelim: closers('~', '~~?', ''),
  };
}

/** Hangul, kana, ideographs, and the punctuation and full-width forms that belong to them. */
const CJK =
  '\\u1100-\\u11ff\\u2e80-\\u303f\\u3041-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe10-\\ufe1f\\ufe30-\\ufe6f\\uff01-\\uffee\\u{16fe0}-\\u{1b2ff}\\u{1f200}-\\u{1f2ff}\\u{20000}-\\u{3fffd}';
const PUNCTUATION = '[\\p{P}\\p{S}]';
/** Marks that stand at the end of something in these scripts, and those of ASCII that do. */
const CLOSING =
  '[\\u3001-\\u3003\\u3009\\u300b\\u300d\\u300f\\u3011\\u3015\\u3017\\u3019\\u301b\\u301e\\u301f\\uff01\\uff09\\uff0c\\uff0e\\uff1a\\uff1b\\uff1f\\uff3d\\uff5d\\uff63]';
const CLOSING_ELSEWHERE = '[)\\]}>"\'!?.,:;%\\u2019\\u201d\\u2026\\u00bb]';

/**
 * Groups as marked reads them: 1 and 2 can only close, 3 and 4 only open, 5 and 6 do both. The first alternative takes what is
 * before the next delimiter.
 */
function closers(mark: string, run: string, skip: string): RegExp {
  const cjk = `[${CJK}]`;
  // Inside emphasis marked takes a tilde for a letter: `~~` may begin there.
  const asLetter = mark === '~' ? '' : '~';
  const punctuation = `(?:(?![${asLetter}${mark}${CJK}])${PUNCTUATION})`;
  const letter = asLetter === '' ? `[^\\s\\p{P}\\p{S}${CJK}]` : `(?:[^\\s\\p{P}\\p{S}${CJK}]|${asLetter})`;
  return new RegExp(
    [
      mark === '~' ? `^[^~]+(?=[^~])` : `^${skip}[^*]+(?=[^*])`,
      `[^\\s${mark}](${run})(?=\\s|$)`,
      `${letter}(${run})(?!${mark})(?=${punctuation})`,
      `(?:\\s|${punctuation})(${run})(?=${letter})`,
      `\\s(${run})(?!${mark})(?=${punctuation}|${cjk})`,
      `(?:${punctuation}|${cjk})(${run})(?!${mark})(?=${punctuation}|${cjk})`,
      `(?:(?:${cjk}|${letter})(?=${run}${letter})|${letter}(?=${run}${cjk}))(${run})`,
    ].join('|'),
    'gu',
  );
}

/** `_` parts words only where there is punctuation: `文件_名字` stays, `__注意：__请` is strong. */
function underscoreClosers(): RegExp {
  const letter = '[^\\s\\p{P}\\p{S}]';
  return new RegExp(
    [
      '^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])',
      `(?!_)${PUNCTUATION}(_+)(?=\\s|$)`,
      `${letter}(_+)(?!_)(?=[\\s\\p{P}\\p{S}]|$)`,
      `(?!_|${CLOSING}|${CLOSING_ELSEWHERE}_+[${CJK}])[\\s\\p{P}\\p{S}](_+)(?=${letter})`,
      `\\s(_+)(?!_)(?=${PUNCTUATION})`,
      `(?!_)${PUNCTUATION}(_+)(?!_)(?=${PUNCTUATION})`,
      `(?:${CLOSING}(?=_+${letter})|${CLOSING_ELSEWHERE}(?=_+[${CJK}]))(_+)`,
    ].join('|'),
    'gu',
  );
}
