/** Models of Google, xAI, DeepSeek, Mistral, Perplexity, Moonshot and Z.ai, from their model pages, checked in November 2026. */
import type { ModelParameters } from '../core/model.ts';
import type { ModelFacts } from './facts.ts';

const SAMPLES = { temperature: { min: 0, max: 2 }, topP: { min: 0, max: 1 } } as const;
const ALL = { images: true, tools: true, reasoning: true, schema: true } as const;

/** Gemini's OpenAI-compatible endpoint maps these levels itself; `none` is only for 2.5 Flash. */
const GEMINI: ModelParameters = { ...SAMPLES, effort: ['minimal', 'low', 'medium', 'high'] };
const GEMINI_CAN_REST: ModelParameters = { ...SAMPLES, effort: ['none', 'minimal', 'low', 'medium', 'high'] };
const GEMINI_SIZE = { contextWindow: 1_048_576, maxOutput: 65_536 } as const;

/** Grok 4 and its fast siblings know no reasoning_effort; a reasoning model of xAI also refuses `stop`. */
const GROK_THINKS: ModelParameters = { ...SAMPLES, effort: false, stop: false };
const GROK_DIRECT: ModelParameters = { ...SAMPLES, effort: false };

const MISTRAL: ModelParameters = { temperature: { min: 0, max: 1.5 }, topP: { min: 0, max: 1 } };
const MISTRAL_SIZE = { contextWindow: 262_144 } as const;

type Row = Omit<ModelFacts, 'vendor'>;

// biome-ignore format: one model a line
const GOOGLE: readonly Row[] = [
  { id: 'gemini-3.8-flash', name: 'Gemini 3.8 Flash', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, knowledge: '2026-03', released: '2026-09-02' },
  { id: 'gemini-3.7-flash', name: 'Gemini 3.7 Flash', contextWindow: 1_048_576, abilities: ALL, parameters: GEMINI },
  { id: 'gemini-3.6-flash', name: 'Gemini 3.6 Flash', contextWindow: 1_048_576, abilities: ALL, parameters: GEMINI },
  { id: 'gemini-3.5-flash', name: 'Gemini 3.5 Flash', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, defaultEffort: 'medium' },
  { id: 'gemini-3.5-flash-lite', name: 'Gemini 3.5 Flash-Lite', contextWindow: 1_048_576, abilities: ALL, parameters: GEMINI },
  { id: 'gemini-3.1-pro-preview', name: 'Gemini 3.1 Pro Preview', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, defaultEffort: 'high', knowledge: '2025-01', released: '2026-02-19' },
  { id: 'gemini-3.1-flash-lite', name: 'Gemini 3.1 Flash-Lite', also: ['gemini-3.1-flash-lite-preview'], ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, defaultEffort: 'minimal' },
  { id: 'gemini-3-pro-preview', name: 'Gemini 3 Pro Preview', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, knowledge: '2025-01', released: '2025-11-18' },
  { id: 'gemini-3-flash-preview', name: 'Gemini 3 Flash Preview', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, knowledge: '2025-01' },
  { id: 'gemini-2.5-pro', name: 'Gemini 2.5 Pro', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI, knowledge: '2025-01', released: '2025-06-17' },
  { id: 'gemini-2.5-flash', name: 'Gemini 2.5 Flash', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI_CAN_REST, knowledge: '2025-01', released: '2025-06-17' },
  { id: 'gemini-2.5-flash-lite', name: 'Gemini 2.5 Flash-Lite', ...GEMINI_SIZE, abilities: ALL, parameters: GEMINI_CAN_REST, knowledge: '2025-01' },
  { id: 'gemini-2.0-flash', name: 'Gemini 2.0 Flash', also: ['gemini-2.0-flash-001'], contextWindow: 1_048_576, maxOutput: 8_192, abilities: { images: true, tools: true, reasoning: false, schema: true }, parameters: { ...SAMPLES, effort: false }, knowledge: '2024-08', released: '2025-02-05' },
];

// biome-ignore format: one model a line
const XAI: readonly Row[] = [
  { id: 'grok-4.7', name: 'Grok 4.7', contextWindow: 500_000, abilities: ALL, parameters: SAMPLES, knowledge: '2026-05', released: '2026-09-21' },
  { id: 'grok-4.6', name: 'Grok 4.6', contextWindow: 500_000, abilities: ALL, parameters: SAMPLES, knowledge: '2026-02', released: '2026-08-12' },
  { id: 'grok-4.5', name: 'Grok 4.5', contextWindow: 500_000, abilities: { tools: true, reasoning: true }, parameters: SAMPLES },
  { id: 'grok-4.3', name: 'Grok 4.3', contextWindow: 1_000_000, abilities: { images: true, tools: true, reasoning: true }, parameters: SAMPLES, released: '2026-04-17' },
  { id: 'grok-4-1-fast-reasoning', name: 'Grok 4.1 Fast', also: ['grok-4-1-fast'], contextWindow: 2_000_000, abilities: ALL, parameters: GROK_THINKS },
  { id: 'grok-4-1-fast-non-reasoning', name: 'Grok 4.1 Fast, without reasoning', contextWindow: 2_000_000, abilities: { ...ALL, reasoning: false }, parameters: GROK_DIRECT },
  { id: 'grok-4-fast-reasoning', name: 'Grok 4 Fast', also: ['grok-4-fast'], contextWindow: 2_000_000, abilities: ALL, parameters: GROK_THINKS },
  { id: 'grok-4-fast-non-reasoning', name: 'Grok 4 Fast, without reasoning', contextWindow: 2_000_000, abilities: { ...ALL, reasoning: false }, parameters: GROK_DIRECT },
  { id: 'grok-4', name: 'Grok 4', also: ['grok-4-0709'], contextWindow: 256_000, abilities: ALL, parameters: GROK_THINKS, released: '2025-07-09' },
  { id: 'grok-code-fast-1', name: 'Grok Code Fast 1', also: ['grok-code-fast'], contextWindow: 256_000, abilities: { images: false, tools: true, reasoning: true }, parameters: GROK_THINKS },
  { id: 'grok-3', name: 'Grok 3', contextWindow: 131_072, abilities: { images: false, tools: true, reasoning: false }, parameters: GROK_DIRECT },
  { id: 'grok-3-mini', name: 'Grok 3 mini', contextWindow: 131_072, abilities: { images: false, tools: true, reasoning: true }, parameters: { ...SAMPLES, effort: ['low', 'high'], stop: false } },
  { id: 'grok-2', name: 'Grok 2', also: ['grok-2-1212'], contextWindow: 131_072, abilities: { images: false, tools: true, reasoning: false }, parameters: GROK_DIRECT },
];

// biome-ignore format: one model a line
const DEEPSEEK: readonly Row[] = [
  { id: 'deepseek-v4-pro', name: 'DeepSeek V4 Pro', contextWindow: 1_000_000, maxOutput: 384_000, abilities: { images: false, tools: true, reasoning: true }, parameters: SAMPLES, knowledge: '2025-05', released: '2026-04-24', openWeights: true },
  { id: 'deepseek-v4-flash', name: 'DeepSeek V4 Flash', contextWindow: 1_000_000, maxOutput: 384_000, abilities: { images: false, tools: true, reasoning: true }, parameters: SAMPLES, knowledge: '2025-05', released: '2026-04-24', openWeights: true },
  { id: 'deepseek-v4.1-flash', name: 'DeepSeek V4.1 Flash', contextWindow: 1_000_000, maxOutput: 384_000, abilities: { images: true, tools: true, reasoning: true }, parameters: SAMPLES, knowledge: '2025-05', released: '2026-09-08', openWeights: true },
  // Names that DeepSeek moves from model to model: no sizes, they change with the model behind.
  { id: 'deepseek-chat', name: 'DeepSeek Chat', abilities: { images: false, tools: true, reasoning: false, schema: false }, parameters: { ...SAMPLES, effort: false } },
  { id: 'deepseek-reasoner', name: 'DeepSeek Reasoner', abilities: { images: false, reasoning: true, schema: false } },
];

// biome-ignore format: one model a line
const MISTRAL_AI: readonly Row[] = [
  { id: 'mistral-large-latest', name: 'Mistral Large 3', also: ['mistral-large-2512', 'mistral-large'], ...MISTRAL_SIZE, abilities: { images: true, tools: true, reasoning: false }, parameters: { ...MISTRAL, effort: false }, released: '2025-12-02', openWeights: true },
  { id: 'mistral-medium-latest', name: 'Mistral Medium', also: ['mistral-medium'], contextWindow: 131_072, abilities: { images: true, tools: true }, parameters: MISTRAL },
  { id: 'mistral-medium-3-5', name: 'Mistral Medium 3.5', also: ['mistral-medium-2604'], ...MISTRAL_SIZE, abilities: { images: true, tools: true, reasoning: true }, parameters: MISTRAL, openWeights: true },
  { id: 'mistral-small-latest', name: 'Mistral Small 4', also: ['mistral-small-2603', 'mistral-small'], contextWindow: 256_000, abilities: { images: true, tools: true, reasoning: true }, parameters: MISTRAL, knowledge: '2025-06', released: '2026-03-16', openWeights: true },
  { id: 'codestral-latest', name: 'Codestral', also: ['codestral-2508'], contextWindow: 256_000, abilities: { images: false, tools: true, reasoning: false }, parameters: { ...MISTRAL, effort: false } },
  { id: 'devstral-2512', name: 'Devstral 2', also: ['devstral-latest'], ...MISTRAL_SIZE, abilities: { images: false, tools: true, reasoning: false }, parameters: { ...MISTRAL, effort: false }, openWeights: true },
  { id: 'magistral-medium-latest', name: 'Magistral Medium', also: ['magistral-medium-2509'], abilities: { tools: true, reasoning: true }, parameters: MISTRAL },
];

// biome-ignore format: one model a line
const PERPLEXITY: readonly Row[] = [
  { id: 'sonar', name: 'Sonar', contextWindow: 128_000, abilities: { tools: false, reasoning: false }, parameters: SAMPLES },
  { id: 'sonar-pro', name: 'Sonar Pro', contextWindow: 200_000, abilities: { tools: false, reasoning: false }, parameters: SAMPLES },
  { id: 'sonar-reasoning-pro', name: 'Sonar Reasoning Pro', contextWindow: 128_000, abilities: { tools: false, reasoning: true }, parameters: SAMPLES },
  { id: 'sonar-deep-research', name: 'Sonar Deep Research', contextWindow: 128_000, abilities: { tools: false, reasoning: true } },
];

// biome-ignore format: one model a line
const MOONSHOT: readonly Row[] = [
  { id: 'kimi-k3', name: 'Kimi K3', contextWindow: 1_048_576, abilities: { tools: true }, openWeights: true },
  { id: 'kimi-k2.6', name: 'Kimi K2.6', contextWindow: 262_144, abilities: { tools: true }, openWeights: true },
  { id: 'kimi-k2.5', name: 'Kimi K2.5', contextWindow: 262_144, abilities: { tools: true }, openWeights: true },
];

// biome-ignore format: one model a line
const ZAI: readonly Row[] = [
  { id: 'glm-5.3', name: 'GLM-5.3', contextWindow: 1_000_000, abilities: { tools: true, reasoning: true }, openWeights: true },
  { id: 'glm-5.3-flash', name: 'GLM-5.3 Flash', contextWindow: 1_000_000, abilities: { tools: true, reasoning: true }, openWeights: true },
  { id: 'glm-5.2', name: 'GLM-5.2', contextWindow: 1_000_000, abilities: { tools: true, reasoning: true }, openWeights: true },
  { id: 'glm-4.7', name: 'GLM-4.7', abilities: { images: false, tools: true, reasoning: true }, openWeights: true },
];

const of = (vendor: ModelFacts['vendor'], rows: readonly Row[]): ModelFacts[] => rows.map((row) => ({ vendor, ...row }));

export const OTHER_MODELS: readonly ModelFacts[] = [
  ...of('google', GOOGLE),
  ...of('xai', XAI),
  ...of('deepseek', DEEPSEEK),
  ...of('mistral', MISTRAL_AI),
  ...of('perplexity', PERPLEXITY),
  ...of('moonshot', MOONSHOT),
  ...of('zai', ZAI),
];
