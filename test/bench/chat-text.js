// Answers for the chat: markdown whose every line has a name (n000001, n000002, …), so that one that is lost or comes twice is found.

/** The last word of each answer. */
export const END = 'endoftext';

const WORDS =
  'a quiet terminal shows each line once and leaves the ones above alone while the answer of some model goes on below them in its own time'.split(
    ' ',
  );
const ACCENTS = ['**bold words**', '`a.name`', '_emphasis_', '[a link](https://example.test/page?number=1)', '3.14', 'path/to/file.ts'];
const WIDE = ['全角の文字は二つの列を取ります', '终端里的每一行只写一次', '한 줄은 한 번만 씁니다', '🚀 ✅ 👍🏽 👩‍💻'];

const BLOCKS = [
  ({ paragraph }) => paragraph(5),
  ({ line }) => `## ${line(4)}`,
  ({ paragraph }) => paragraph(3),
  ({ line }) => [1, 2, 3, 4].map((number) => `${number % 2 ? '' : '  '}- ${line(8)}`).join('\n'),
  ({ paragraph }) => paragraph(4),
  ({ code }) => code(9),
  ({ line, wide }) => `${line(3)} ${wide()} ${line(2)}`,
  ({ line }) => [1, 2, 3].map((number) => `${number}. ${line(9)}`).join('\n'),
  ({ table }) => table(3),
  ({ paragraph }) => paragraph(6),
];

/** A mixed answer of so many characters. */
export function mixedText(characters) {
  const writer = openWriter();
  const blocks = [];
  let length = 0;
  for (let index = 0; length < characters - 1000; index++) {
    const block = BLOCKS[index % BLOCKS.length](writer);
    blocks.push(block);
    length += [...block].length + 2;
  }
  const ending = `\n\n${END}\n`;
  const rest = writer.paragraph(20);
  return `${blocks.join('\n\n')}\n\n${rest}`.slice(0, characters - ending.length).padEnd(characters - ending.length, '.') + ending;
}

/** One block that is taller than the window, with a word before and after it. */
export const TALL = {
  'a code block of 300 lines': () => tall((writer) => writer.code(300)),
  'a paragraph of 8 KB': () => tall((writer) => Array.from({ length: 140 }, () => writer.line(9)).join(' ')),
  'a table of 100 rows': () => tall((writer) => writer.table(100)),
};

function tall(block) {
  const writer = openWriter();
  return `${writer.line(3)}\n\n${block(writer)}\n\n${END}\n`;
}

/** The names in a text, in their order. */
export function namesIn(text) {
  return text.match(/n\d{6}/g) ?? [];
}

function openWriter() {
  let count = 0;
  let seed = 7;
  const chance = (most) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 4_294_967_296) * most);
  };
  const name = () => `n${String(++count).padStart(6, '0')}`;
  const word = () => (chance(12) === 0 ? ACCENTS[chance(ACCENTS.length)] : WORDS[chance(WORDS.length)]);
  const words = (many) => Array.from({ length: many }, word).join(' ');
  const line = (many) => `${name()} ${words(many)}`;
  return {
    line,
    wide: () => WIDE[chance(WIDE.length)],
    paragraph: (lines) => Array.from({ length: lines }, () => line(12)).join('\n'),
    code: (lines) =>
      `\`\`\`js\n${Array.from({ length: lines }, () => `const ${name()} = await read('${WORDS[chance(WORDS.length)]}', 42);`).join('\n')}\n\`\`\``,
    table: (rows) =>
      `| line | words | number |\n| --- | --- | ---: |\n${Array.from({ length: rows }, () => `| ${name()} | ${words(3)} | ${chance(10_000)} |`).join('\n')}`,
  };
}
