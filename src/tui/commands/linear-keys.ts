/** What can be typed into the chat in plain lines, which has no other keys. */
export const LINEAR_KEYS: readonly string[] = [
  'Enter sends. A paste of several lines stays one prompt.',
  'Ctrl+C stops the reply and keeps it; on an empty line, twice leaves.',
  'Ctrl+U takes back what is typed, Ctrl+W the last word.',
];
