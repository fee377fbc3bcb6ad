/** Anthropic's models, from its model pages, its "thinking" and "effort" pages and a recorded Models API answer, checked in November 2026. */
import { EFFORTS, type Effort, type ModelParameters } from '../core/model.ts';
import type { ModelFacts } from './facts.ts';

/** Up to 4.6. The Messages API has no seed and no verbosity. */
const SAMPLES = { temperature: { min: 0, max: 1 }, topP: { min: 0, max: 1 }, seed: false, stop: true, verbosity: false } as const;
/** From 4.7: "temperature is deprecated for this model" is a 400. */
const NO_SAMPLES = { temperature: false, topP: false, seed: false, stop: true, verbosity: false } as const;

const LOW_TO_MAX: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
/** Budget models take every effort: it becomes a number of tokens. */
const BUDGET: ModelParameters = { ...SAMPLES, effort: EFFORTS };
const NO_THOUGHT: ModelParameters = { ...SAMPLES, effort: false };
const ALWAYS_ON: ModelParameters = { ...NO_SAMPLES, effort: LOW_TO_MAX };
const CAN_REST: ModelParameters = { ...NO_SAMPLES, effort: ['none', ...LOW_TO_MAX] };

const FULL = { images: true, tools: true, reasoning: true, schema: true } as const;
const MILLION = { contextWindow: 1_000_000, maxOutput: 128_000 } as const;
/** The tokenizer of 4.7 and later counts about 30 % more tokens for the same text. */
const NEW_TOKENIZER = { tokenScale: 1.3 } as const;
const ADAPTIVE = { thinking: 'adaptive', effortField: true, ...NEW_TOKENIZER } as const;

type Row = Omit<ModelFacts, 'vendor'>;

// biome-ignore format: one model a line
const ROWS: readonly Row[] = [
  // Claude 5
  { id: 'claude-fable-5-2', name: 'Claude Fable 5.2', abilities: { images: true, tools: true, reasoning: true }, parameters: NO_SAMPLES, thinking: 'adaptive', ...NEW_TOKENIZER },
  { id: 'claude-fable-5-1', name: 'Claude Fable 5.1', ...MILLION, abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE, defaultEffort: 'high', knowledge: '2026-06' },
  { id: 'claude-fable-5', name: 'Claude Fable 5', ...MILLION, abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE, defaultEffort: 'high', released: '2026-06-07' },
  { id: 'claude-mythos-5-1', name: 'Claude Mythos 5.1', abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE },
  { id: 'claude-mythos-5', name: 'Claude Mythos 5', abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE },
  { id: 'claude-opus-5-5', name: 'Claude Opus 5.5', ...MILLION, abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE, defaultEffort: 'medium', knowledge: '2026-06', released: '2026-09-22' },
  { id: 'claude-opus-5', name: 'Claude Opus 5', ...MILLION, abilities: FULL, parameters: CAN_REST, ...ADAPTIVE, defaultEffort: 'high', released: '2026-07-24' },
  { id: 'claude-sonnet-5-5', name: 'Claude Sonnet 5.5', ...MILLION, abilities: FULL, parameters: CAN_REST, ...ADAPTIVE, thinkingOff: 'between_tools', defaultEffort: 'high', knowledge: '2026-06', released: '2026-09-28' },
  { id: 'claude-sonnet-5', name: 'Claude Sonnet 5', ...MILLION, abilities: FULL, parameters: CAN_REST, ...ADAPTIVE, defaultEffort: 'high', released: '2026-06-29' },
  { id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5', ...MILLION, abilities: FULL, parameters: ALWAYS_ON, ...ADAPTIVE, defaultEffort: 'medium', knowledge: '2026-06', released: '2026-10-07' },

  // Claude 4
  { id: 'claude-opus-4-8', name: 'Claude Opus 4.8', ...MILLION, abilities: FULL, parameters: CAN_REST, ...ADAPTIVE, defaultEffort: 'high', released: '2026-05-28' },
  { id: 'claude-opus-4-7', name: 'Claude Opus 4.7', ...MILLION, abilities: FULL, parameters: CAN_REST, ...ADAPTIVE, defaultEffort: 'high', released: '2026-04-14' },
  { id: 'claude-opus-4-6', name: 'Claude Opus 4.6', ...MILLION, abilities: FULL, parameters: { ...SAMPLES, effort: ['none', 'low', 'medium', 'high', 'max'] }, thinking: 'adaptive', effortField: true, defaultEffort: 'high', oneSampler: true, released: '2026-02-04' },
  { id: 'claude-sonnet-4-6', name: 'Claude Sonnet 4.6', ...MILLION, abilities: FULL, parameters: { ...SAMPLES, effort: ['none', 'low', 'medium', 'high', 'max'] }, thinking: 'adaptive', effortField: true, defaultEffort: 'high', oneSampler: true, released: '2026-02-17' },
  { id: 'claude-opus-4-5', name: 'Claude Opus 4.5', contextWindow: 200_000, maxOutput: 64_000, abilities: FULL, parameters: { ...SAMPLES, effort: ['none', 'low', 'medium', 'high'] }, thinking: 'budget', effortField: true, oneSampler: true, released: '2025-11-24' },
  { id: 'claude-sonnet-4-5', name: 'Claude Sonnet 4.5', contextWindow: 200_000, maxOutput: 64_000, abilities: FULL, parameters: BUDGET, thinking: 'budget', oneSampler: true, released: '2025-09-29' },
  { id: 'claude-haiku-4-5', name: 'Claude Haiku 4.5', contextWindow: 200_000, maxOutput: 64_000, abilities: FULL, parameters: BUDGET, thinking: 'budget', oneSampler: true, knowledge: '2025-02', released: '2025-10-15' },
  { id: 'claude-opus-4-1', name: 'Claude Opus 4.1', contextWindow: 200_000, maxOutput: 32_000, abilities: FULL, parameters: BUDGET, thinking: 'budget', oneSampler: true, released: '2025-08-05' },
  { id: 'claude-opus-4-0', name: 'Claude Opus 4', also: ['claude-opus-4', 'claude-4-opus'], contextWindow: 200_000, maxOutput: 32_000, abilities: { ...FULL, schema: false }, parameters: BUDGET, thinking: 'budget', released: '2025-05-22' },
  { id: 'claude-sonnet-4-0', name: 'Claude Sonnet 4', also: ['claude-sonnet-4', 'claude-4-sonnet'], contextWindow: 200_000, maxOutput: 64_000, abilities: { ...FULL, schema: false }, parameters: BUDGET, thinking: 'budget', released: '2025-05-22' },

  // Claude 3
  { id: 'claude-3-7-sonnet', name: 'Claude Sonnet 3.7', contextWindow: 200_000, maxOutput: 64_000, abilities: { ...FULL, schema: false }, parameters: BUDGET, thinking: 'budget', released: '2025-02-24' },
  { id: 'claude-3-5-sonnet', name: 'Claude Sonnet 3.5', contextWindow: 200_000, maxOutput: 8_192, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: NO_THOUGHT, thinking: 'none', knowledge: '2024-04', released: '2024-06-20' },
  { id: 'claude-3-5-haiku', name: 'Claude Haiku 3.5', contextWindow: 200_000, maxOutput: 8_192, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: NO_THOUGHT, thinking: 'none', knowledge: '2024-07', released: '2024-10-22' },
  { id: 'claude-3-opus', name: 'Claude Opus 3', contextWindow: 200_000, maxOutput: 4_096, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: NO_THOUGHT, thinking: 'none', knowledge: '2023-08', released: '2024-02-29' },
  { id: 'claude-3-sonnet', name: 'Claude Sonnet 3', contextWindow: 200_000, maxOutput: 4_096, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: NO_THOUGHT, thinking: 'none', knowledge: '2023-08', released: '2024-02-29' },
  { id: 'claude-3-haiku', name: 'Claude Haiku 3', contextWindow: 200_000, maxOutput: 4_096, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: NO_THOUGHT, thinking: 'none', knowledge: '2023-08', released: '2024-03-07' },
];

export const ANTHROPIC_MODELS: readonly ModelFacts[] = ROWS.map((row) => ({ vendor: 'anthropic', ...row }));
