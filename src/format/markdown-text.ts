/** Text as Markdown writes it: code whose own backticks cannot end it, and quotes. */

/** A block of code. The fence is longer than any row of backticks in the text. */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** A code span. */
export function codeSpan(text: string): string {
  const mark = '`'.repeat(longestRun(text) + 1);
  return /^`|`$/.test(text) ? `${mark} ${text} ${mark}` : `${mark}${text}${mark}`;
}

export function quotedLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Of backticks. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
