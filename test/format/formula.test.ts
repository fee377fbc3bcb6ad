import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { formulaText } from '../../src/format/formula.ts';
import { createMarkdownRenderer, type MarkdownOptions } from '../../src/format/markdown.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { ownTime } from '../support/own-time.ts';

const text = (source: string, rows = false): string | undefined => formulaText(source, { rows });

describe('a formula', () => {
  it.each([
    ['E=mc^2', 'E = mc²'],
    [String.raw`\alpha_{i}^{2}+\beta`, 'αᵢ² + β'],
    [String.raw`x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}`, 'x = (-b ± √(b² - 4ac))/(2a)'],
    [String.raw`\frac{\partial f}{\partial x}`, '∂f/∂x'],
    [String.raw`\frac12 + \frac{a}{b}`, '½ + a/b'],
    [String.raw`\sum_{i=1}^{n} x_i`, '∑ᵢ₌₁ⁿ xᵢ'],
    [String.raw`\int_0^\infty e^{-x}\,dx`, '∫₀^∞ e⁻ˣ dx'],
    [String.raw`\lim_{x \to 0} \frac{\sin x}{x} = 1`, 'lim_(x→0) (sin x)/x = 1'],
    [String.raw`\forall x\in\mathbb{R}: x \geq 0 \implies \sqrt[3]{x+1} \neq 0`, '∀x ∈ ℝ : x ≥ 0 ⟹ ∛(x + 1) ≠ 0'],
    [String.raw`A \subseteq B \cup C, A \not\subset D`, 'A ⊆ B ∪ C, A ⊄ D'],
    [String.raw`\{x \mid x > 0\}`, '{x | x > 0}'],
    [String.raw`\left( \frac{1}{2} \right)^n`, '(½)ⁿ'],
    [String.raw`\left. f \right|_{0}`, 'f|₀'],
    ['-x + (-1) = -2', '-x + (-1) = -2'],
    [String.raw`O(n \log n), \mathcal{O}(\log_2 n)`, 'O(n log n), O(log₂ n)'],
    [String.raw`x_{\text{max}}, x_{i,j}, x^*, f'(x)`, 'xₘₐₓ, x_(i,j), x^*, f′(x)'],
    [String.raw`\text{if } x > 0`, 'if x > 0'],
    [String.raw`\hat{x} + \vec v + \overline{AB}`, 'x̂ + v⃗ + A̅B̅'],
    [String.raw`\nabla \times \mathbf{E} = 90^\circ`, '∇ × E = 90°'],
    [String.raw`\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}`, '(a b; c d)⁻¹'],
    [String.raw`a \equiv b \pmod{n}, \binom{n}{k}, 10\%`, 'a ≡ b (mod n), (n choose k), 10%'],
    [String.raw`p(x \mid \theta) \propto \exp(-x^2/2)`, 'p(x | θ) ∝ exp(-x²/2)'],
  ])('%s is %s', (source, expected) => expect(text(source)).toBe(expected));

  it('puts the rows of what has rows under each other', () => {
    expect(text(String.raw`f(x) = \begin{cases} x & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}`, true)).toBe(
      'f(x) = { x  if x ≥ 0\n       { -x  otherwise',
    );
    expect(text(String.raw`\begin{aligned} a + b &= c \\ &\leq d \end{aligned}`, true)).toBe('a + b = c\n      ≤ d');
  });

  it.each([
    String.raw`\unknown{x}`,
    'x^',
    'x^}',
    '{x',
    'x}',
    String.raw`\frac{a}`,
    String.raw`\left`,
    String.raw`\begin{cases} x`,
    String.raw`\begin{tikzpicture}\end{tikzpicture}`,
    String.raw`\hat{ab}`,
    '',
    ' ',
    'a $ b',
    '{'.repeat(1000),
  ])('%j is not understood', (source) => expect(text(source)).toBeUndefined());

  it('is text or not understood, whatever it is, in linear time', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\\frac',
        '\\sqrt',
        '{',
        '}',
        '[',
        ']',
        '^',
        '_',
        '&',
        '\\\\',
        '\\left',
        '\\right',
        '(',
        '\\begin{cases}',
        '\\end{cases}',
        '\\text',
        '\\hat',
        '\\alpha',
        '\\in',
        ' ',
        'x',
        '12',
        "'",
        '\\',
        '%',
        '\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, rows) => {
        const drawn = text(pieces.join(''), rows);
        if (drawn !== undefined) expect(drawn.trim()).not.toBe('');
      }),
      { numRuns: 2000 },
    );
    for (const source of ['\\frac{', '{', '\\sqrt[', '^', '\\left(', '\\begin{cases}', '\\not', 'x_']) {
      const own = ownTime();
      text(source.repeat(3900 / source.length));
      expect(own.ms()).toBeLessThan(500);
    }
  });
});

describe('in markdown', () => {
  let parsers: MarkdownParsers;
  beforeAll(async () => {
    parsers = await loadParsers({ highlight: false });
  });

  function render(source: string, options: Partial<MarkdownOptions> = {}): string {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME, ...options }, parsers);
    return [...renderer.push(source).commit, ...renderer.end().commit].join('\n');
  }

  it.each([
    [String.raw`With $x$, $f(x)$, $2n$, $10^6$ and \(n\): $a, b$.`, 'With x, f(x), 2n, 10⁶ and n: a, b.'],
    [String.raw`**$x_1$** | \(a_1\), $$\alpha$$`, 'x₁ | a₁, α'],
    ['$$\nx^2\n$$', '    x²'],
    ['Text\n\\[ x^2 \\].\nmore', 'Text\n\n    x².\n\nmore'],
    ['> $$\n> x^2\n> $$\n> y', '|     x²\n|\n| y'],
    ['- $$x^2$$\n- b', '-     x²\n- b'],
    ['\\begin{align*}\na &= b \\\\\n&= c\n\\end{align*}', '    a = b\n      = c'],
    ['|f|\n|-|\n|$x^2$|', 'f\n--\nx²'],
  ])('%j is drawn', (source, expected) => expect(render(source)).toBe(expected));

  it.each([
    'It costs $5 and $10, or $5k, $6.',
    'Between $5-$10, US$ 5 = A$ 7, $5.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell or JavaScript has in a text.
    'Set $HOME and $PATH, $a or b$, ${a}${b}, $word$.',
    'Say \\(see below\\) and \\[sic\\] here.',
    '$\\unknown{x}$ and \\(\\frac{1}\\)',
    '$$ is the shell, $$ is not',
    '`$x^2$` and `\\(x\\)`',
    '\\[not a formula\\]',
    '$$\nx^2\n\\unknown\n$$',
    '$$\nunclosed x^2',
  ])('%j stays as it is', (source) => expect(render(source)).toBe(source));

  it('is left alone in code, and where formulas are not wanted', () => {
    expect(render('```\n$x^2$\n$$\nx\n$$\n```')).toBe('    $x^2$\n    $$\n    x\n    $$');
    expect(render('$x^2$\n\n$$\nx^2\n$$', { formulas: false })).toBe('$x^2$\n\n$$\nx^2\n$$');
  });

  it('that never ends is written as it comes', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    expect(renderer.push(`$$\n${'x^2 + 1\n'.repeat(30)}`).commit).toEqual([]);
    expect(renderer.push('x^2 + 1\n'.repeat(30)).commit.length).toBeGreaterThan(30);
  });
});
