/** How the manual of the guide is written down: the shape of a section, and the few forms its text takes. */

export type Section = {
  id: string;
  title: string;
  /** Other words that people use for it, also in other languages; phrases count as a whole. */
  keywords: readonly string[];
  /** What does it in a chat; said first where the question comes from one. */
  inChat?: string;
  /** Markdown. */
  body: string;
};

/** Paragraphs, a blank line between them. */
export const text = (...paragraphs: string[]): string => paragraphs.join('\n\n');
/** Terms with commas between them. */
export const terms = (...rows: string[]): string[] => rows.flatMap((row) => row.split(', '));
export const list = (...items: string[]): string => items.map((item) => `- ${item}`).join('\n');
export const table = (head: readonly string[], ...rows: (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
/** Commands as one types them. */
export const sh = (...commands: string[]): string => `\`\`\`sh\n${commands.join('\n')}\n\`\`\``;
export const json = (...rows: string[]): string => `\`\`\`json\n${rows.join('\n')}\n\`\`\``;
