/** A command as its words, where the shell would do nothing else to it than part it at the spaces. */

/** Undefined for anything that a shell may read in another way: variables, globs, backslashes, redirections, what is not plain ASCII. */
export function plainWords(command: string): string[] | undefined {
  if (command.length > LONGEST) return undefined;
  const words: string[] = [];
  const word = / *(?:'([^'"]*)'|"([^'"]*)"|([^ '"]+))(?= |$)/y;
  const text = command.replace(/ +$/, '');
  while (word.lastIndex < text.length) {
    const [, single, double, bare] = word.exec(text) ?? [];
    const quoted = single ?? double;
    // What programs, aliases and assignments are called is decided before quotes are taken away.
    if (quoted !== undefined ? words.length === 0 || !QUOTED.test(quoted) : bare === undefined || !BARE.test(bare)) return undefined;
    words.push(quoted ?? bare ?? '');
  }
  return words;
}

const LONGEST = 4096;
/** No `=` in front: some shells look for a program there. */
const BARE = /^(?!=)[\w./,:@%+=-]+$/;
/** What means something to a shell outside of quotes only. */
const QUOTED = /^[\w ./,:@%+=()[\]{}*?&;#~|<>^-]+$/;
