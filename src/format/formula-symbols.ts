/** The commands of LaTeX that are one character, or a name, of Unicode text: data for `formula.ts`. */

/** `\alpha` and others that stand for a thing. */
export const LETTERS = table(
  'alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ',
  'omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω',
  'Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω',
  'infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ wp ℘ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬',
  'top ⊤ bot ⊥ angle ∠ triangle △ square □ blacksquare ■ diamond ⋄ star ⋆ prime ′ degree ° circ ∘ bullet • dagger † ddagger ‡ checkmark ✓',
  'ldots … dots … dotsc … dotsb ⋯ cdots ⋯ vdots ⋮ ddots ⋱ imath ı jmath ȷ complement ∁ flat ♭ sharp ♯ natural ♮ pounds £ euro € S § P ¶',
  'therefore ∴ because ∵ Box □ qed ∎ lbrace { rbrace } lbrack [ rbrack ] backslash \\',
);

/** Between two things, with a space on both sides. */
export const RELATIONS = table(
  'leq ≤ le ≤ geq ≥ ge ≥ leqslant ≤ geqslant ≥ neq ≠ ne ≠ lt < gt > ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ doteq ≐',
  'prec ≺ succ ≻ preceq ⪯ succeq ⪰ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈',
  'to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ longrightarrow ⟶ longleftarrow ⟵ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔',
  'implies ⟹ impliedby ⟸ iff ⟺ Longrightarrow ⟹ Longleftrightarrow ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ uparrow ↑ downarrow ↓',
  'rightleftharpoons ⇌ leftrightarrows ⇆ nearrow ↗ searrow ↘ mid | nmid ∤ parallel ∥ perp ⊥ models ⊨ vdash ⊢ dashv ⊣ asymp ≍ coloneqq ≔ triangleq ≜ colon :',
);

/** Between two things as well, but also before one. */
export const OPERATORS = table(
  'pm ± mp ∓ times × div ÷ cdot · ast ∗ cup ∪ cap ∩ setminus \\ wedge ∧ land ∧ vee ∨ lor ∨ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙',
  'sqcup ⊔ sqcap ⊓ uplus ⊎ bmod mod ltimes ⋉ rtimes ⋊ bigcirc ◯ amalg ⨿',
);

/** Before a thing, with a space between. */
export const FUNCTIONS = table(
  'sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀',
  'sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan sinh sinh cosh cosh tanh tanh coth coth',
  'log log ln ln lg lg exp exp lim lim limsup limsup liminf liminf max max min min sup sup inf inf det det dim dim ker ker deg deg',
  'gcd gcd lcm lcm arg arg hom hom Pr Pr argmax argmax argmin argmin',
);

export const OPENING = table('langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ { { lbrace {');
export const CLOSING = table('rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ } } rbrace }');

/** Space, or nothing at all. */
export const SPACES: Readonly<Record<string, string>> = {
  ',': ' ',
  ':': ' ',
  ';': ' ',
  ' ': ' ',
  '!': '',
  quad: '  ',
  qquad: '    ',
  enspace: ' ',
  thinspace: ' ',
};

/** Say only how large something is, or where it stands. */
export const UNSEEN = new Set(
  'big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm limits nolimits displaystyle textstyle scriptstyle nonumber notag'.split(
    ' ',
  ),
);

/** Whose argument is text as it stands. */
export const TEXTS = new Set('text textbf textit textrm textsf texttt textnormal mbox hbox'.split(' '));
/** Whose argument looks different there, and the same here. */
export const FONTS = new Set(
  'mathrm mathbf mathit mathsf mathtt mathnormal mathfrak boldsymbol bm pmb operatorname boxed mathop mathbin mathrel'.split(' '),
);

/** A mark over the one character before it. */
export const ACCENTS: Readonly<Record<string, string>> = {
  hat: '\u0302',
  widehat: '\u0302',
  bar: '\u0304',
  tilde: '\u0303',
  widetilde: '\u0303',
  vec: '\u20d7',
  dot: '\u0307',
  ddot: '\u0308',
  acute: '\u0301',
  grave: '\u0300',
  check: '\u030c',
  breve: '\u0306',
  overline: '\u0305',
  underline: '\u0332',
};

export const DOUBLE_STRUCK = table('A 𝔸 B 𝔹 C ℂ D 𝔻 E 𝔼 F 𝔽 G 𝔾 H ℍ K 𝕂 N ℕ P ℙ Q ℚ R ℝ S 𝕊 T 𝕋 Z ℤ 1 𝟙');
export const SCRIPT = table('B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ');

export const SUPERSCRIPTS = table(
  '0 ⁰ 1 ¹ 2 ² 3 ³ 4 ⁴ 5 ⁵ 6 ⁶ 7 ⁷ 8 ⁸ 9 ⁹ + ⁺ - ⁻ = ⁼ ( ⁽ ) ⁾ a ᵃ b ᵇ c ᶜ d ᵈ e ᵉ f ᶠ g ᵍ h ʰ i ⁱ j ʲ k ᵏ l ˡ m ᵐ n ⁿ o ᵒ p ᵖ r ʳ s ˢ t ᵗ',
  'u ᵘ v ᵛ w ʷ x ˣ y ʸ z ᶻ A ᴬ B ᴮ D ᴰ E ᴱ G ᴳ H ᴴ I ᴵ J ᴶ K ᴷ L ᴸ M ᴹ N ᴺ O ᴼ P ᴾ R ᴿ T ᵀ U ᵁ V ⱽ W ᵂ β ᵝ γ ᵞ δ ᵟ θ ᶿ φ ᵠ χ ᵡ ′ ′ ⊤ ᵀ ∘ ° † †',
);
export const SUBSCRIPTS = table(
  '0 ₀ 1 ₁ 2 ₂ 3 ₃ 4 ₄ 5 ₅ 6 ₆ 7 ₇ 8 ₈ 9 ₉ + ₊ - ₋ = ₌ ( ₍ ) ₎ a ₐ e ₑ h ₕ i ᵢ j ⱼ k ₖ l ₗ m ₘ n ₙ o ₒ p ₚ r ᵣ s ₛ t ₜ u ᵤ v ᵥ x ₓ',
  'β ᵦ γ ᵧ ρ ᵨ φ ᵩ χ ᵪ',
);
export const FRACTIONS = table('1/2 ½ 1/3 ⅓ 2/3 ⅔ 1/4 ¼ 3/4 ¾ 1/5 ⅕ 2/5 ⅖ 3/5 ⅗ 4/5 ⅘ 1/6 ⅙ 5/6 ⅚ 1/8 ⅛ 3/8 ⅜ 5/8 ⅝ 7/8 ⅞');

/** "name character name character …" */
function table(...lines: string[]): ReadonlyMap<string, string> {
  const words = lines.join(' ').split(' ');
  const entries: [string, string][] = [];
  for (let index = 0; index + 1 < words.length; index += 2) entries.push([words[index] ?? '', words[index + 1] ?? '']);
  return new Map(entries);
}
