/** The colors of the terminals that people use: text, background, and the sixteen of the palette. */
import type { Rgb } from '../../src/format/contrast.ts';

export type Palette = { name: string; ground: 'dark' | 'light'; text: Rgb; background: Rgb; sixteen: readonly Rgb[] };

const XTERM = '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff';
const SOLARIZED = '073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3';
const TANGO = '2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec';

export const PALETTES: readonly Palette[] = [
  palette('default-dark', 'dark', 'e5e5e5 000000', XTERM),
  palette('default-light', 'light', '000000 ffffff', XTERM),
  palette('solarized-dark', 'dark', '839496 002b36', SOLARIZED),
  palette('solarized-light', 'light', '657b83 fdf6e3', SOLARIZED),
  palette('tango-dark', 'dark', 'd3d7cf 2e3436', TANGO),
  palette('tango-light', 'light', '2e3436 eeeeec', TANGO),
  palette(
    ...(['vscode-dark', 'dark', 'cccccc 1e1e1e'] as const),
    '000000 cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd e5e5e5 666666 f14c4c 23d18b f5f543 3b8eea d670d6 29b8db e5e5e5',
  ),
  palette(
    ...(['vscode-light', 'light', '333333 ffffff'] as const),
    '000000 cd3131 107c10 949800 0451a5 bc05bc 0598bc 555555 666666 cd3131 14ce14 b5ba00 0451a5 bc05bc 0598bc a5a5a5',
  ),
  palette(
    ...(['one-dark', 'dark', 'abb2bf 282c34'] as const),
    '282c34 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 abb2bf 5c6370 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 ffffff',
  ),
  palette(
    ...(['one-light', 'light', '383a42 fafafa'] as const),
    '383a42 e45649 50a14f c18401 4078f2 a626a4 0184bc fafafa 4f525e e45649 50a14f c18401 4078f2 a626a4 0184bc ffffff',
  ),
  palette(
    ...(['gruvbox-dark', 'dark', 'ebdbb2 282828'] as const),
    '282828 cc241d 98971a d79921 458588 b16286 689d6a a89984 928374 fb4934 b8bb26 fabd2f 83a598 d3869b 8ec07c ebdbb2',
  ),
  palette(
    ...(['gruvbox-light', 'light', '3c3836 fbf1c7'] as const),
    'fbf1c7 cc241d 98971a d79921 458588 b16286 689d6a 7c6f64 928374 9d0006 79740e b57614 076678 8f3f71 427b58 3c3836',
  ),
];

function palette(name: string, ground: Palette['ground'], textAndBackground: string, sixteen: string): Palette {
  const [text = BLACK, background = BLACK] = colors(textAndBackground);
  return { name, ground, text, background, sixteen: colors(sixteen) };
}

const BLACK: Rgb = [0, 0, 0];

function colors(words: string): Rgb[] {
  return words.split(' ').map((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
}
