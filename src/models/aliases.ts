/** Short names for the models people ask for most. The user's own aliases win. */

/** Each points at its maker's current model of that kind, not at whatever was current when somebody learnt the word. */
export const ALIASES: Readonly<Record<string, string>> = {
  astra: 'gpt-6-astra',
  sol: 'gpt-6.2-sol',
  terra: 'gpt-6.1-terra',
  luna: 'gpt-6-luna',
  mini: 'gpt-5.4-mini',
  nano: 'gpt-6-luna',
  '4.1': 'gpt-4.1',
  '4.1-mini': 'gpt-4.1-mini',
  '4o': 'gpt-4o',
  '4o-mini': 'gpt-4o-mini',
  'gpt-6': 'gpt-6.2-sol',
  fable: 'claude-fable-5-1',
  opus: 'claude-opus-5-5',
  sonnet: 'claude-sonnet-5-5',
  haiku: 'claude-haiku-5-5',
  claude: 'claude-sonnet-5-5',
  gemini: 'gemini-3.8-flash',
  'gemini-pro': 'gemini-3.1-pro-preview',
  flash: 'gemini-3.8-flash',
  'flash-lite': 'gemini-3.5-flash-lite',
  grok: 'grok-4.7',
  deepseek: 'deepseek-v4-flash',
  mistral: 'mistral-large-latest',
  kimi: 'kimi-k3',
  glm: 'glm-5.3',
};

export type Aliases = Readonly<Record<string, string>>;

/** What the user's own aliases make of a name, which may be `provider/model`; the name itself when there is none. */
export function ownAlias(name: string, aliases: Aliases): string {
  let current = name;
  const seen = new Set<string>();
  // An alias may name another; one that leads back to itself stops there.
  while (Object.hasOwn(aliases, current) && !seen.has(current)) {
    seen.add(current);
    current = aliases[current] ?? current;
  }
  return current;
}

/** What sotto's aliases make of a name, or undefined when it is none of them. */
export function builtInAlias(name: string): string | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
}
