/** What a file was called before an editor, a package manager or a person made a copy of it. */

/** The path with the marks of copies taken off each of its names; lower case, slashes. `.keys.txt.swp` is a copy of two names. */
export function originalPaths(path: string): string[] {
  const end = path.lastIndexOf('/');
  const last = path.slice(end + 1);
  const folder = originalFolder(path.slice(0, Math.max(0, end)));
  const original = originalName(last);
  const isHidden = original !== last && original.startsWith('.') && SWAP.test(last);
  return (isHidden ? [original, original.slice(1)] : [original]).map((name) => `${folder}/${name}`);
}

/** A walk asks for all the files of a folder one after the other. */
let latest = { folder: '', original: '' };

function originalFolder(folder: string): string {
  if (folder !== latest.folder) latest = { folder, original: folder.split('/').map(originalName).join('/') };
  return latest.original;
}

/** Copies of copies too: `.env.bak~`. */
function originalName(name: string): string {
  for (let current = name; ; ) {
    const next = MARKS.reduce((shorter, mark) => shorter.replace(mark, '') || shorter, current);
    if (next === current) return current;
    current = next;
  }
}

/** Of vim and of nano: with a dot in front, `.keys.txt.swp`. */
const SWAP = /\.sw[a-z]$/;

const WORDS =
  'bak|back|bkp|backup|old|older|orig|original|save|saved|sav|copy|kopie|copie|copia|prev|previous|last|tmp|temp|new|rej|disabled|off|unused|sw[a-z]|dpkg-[a-z]+|ucf-[a-z]+|rpm(save|new|orig)|pac(new|save|orig)|part|crdownload|download|gz|bz2|xz|zst|zip|lz4';
/** `~`, ` copy 2`, `.bak3`, `.1`, `-20240131`, `.2024-01-31T10`, ` (1)`, `.~1~`. */
const TAIL = `~+|[-_. ]~?\\d{1,14}~?|[-_. ]\\d{4}([-_.]?\\d\\d){2}([t_ -]?\\d[\\d:.-]*z?)?|[-_. ]*\\((${WORDS}|\\d+)\\)|[-_. ]+(${WORDS})([-_. ]?\\d{1,3})?`;

const MARKS: readonly RegExp[] = [
  /^(\.?#|copy[-_ ]of[-_ ]|kopie von |(backup|bak|old)([-_ ]of)?[-_ ])/,
  new RegExp(`(?<=[^/])(#|${TAIL})$`),
  // In front of the extension: `credentials (1).json`, `secrets.old.yml`.
  new RegExp(`(?<=[^/])(${TAIL})(?=\\.[a-z]{1,10}\\d?$)`),
];
