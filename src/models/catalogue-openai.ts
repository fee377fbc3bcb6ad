/** OpenAI's models, from the vendor's model pages and the error texts of its API, checked in November 2026. */
import type { Effort, ModelParameters } from '../core/model.ts';
import type { ModelFacts } from './facts.ts';

const SAMPLING = { temperature: { min: 0, max: 2 }, topP: { min: 0, max: 1 } } as const;
const NO_SAMPLING = { temperature: false, topP: false } as const;
const VERBOSITY = ['low', 'medium', 'high'] as const;

/** Before reasoning: every classic knob, none of the new ones. */
const CHAT: ModelParameters = { ...SAMPLING, seed: true, stop: true, effort: false, verbosity: false };
/** The o-series: no sampling; `stop` is refused since o3. */
const THINKS: ModelParameters = { ...NO_SAMPLING, effort: ['low', 'medium', 'high'], verbosity: false };
const GPT5: ModelParameters = { ...NO_SAMPLING, stop: false, effort: ['minimal', 'low', 'medium', 'high'], verbosity: VERBOSITY };
const CODEX: ModelParameters = { ...NO_SAMPLING, stop: false };

const NONE_TO_HIGH: readonly Effort[] = ['none', 'low', 'medium', 'high'];
const NONE_TO_XHIGH: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh'];
const NONE_TO_MAX: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh', 'max'];
const LOW_TO_MAX: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const PRO: ModelParameters = { ...NO_SAMPLING, stop: false, effort: ['medium', 'high', 'xhigh'], verbosity: VERBOSITY };

const sometimesThinks = (effort: readonly Effort[]): ModelParameters => ({ ...SAMPLING, effort, verbosity: VERBOSITY });
const alwaysThinks = (effort: readonly Effort[]): ModelParameters => ({ ...NO_SAMPLING, stop: false, effort, verbosity: VERBOSITY });

const SEES = { images: true, tools: true, reasoning: false, schema: true } as const;
const SEES_AND_THINKS = { images: true, tools: true, reasoning: true, schema: true } as const;
const MILLION = { contextWindow: 1_050_000, maxOutput: 128_000 } as const;
const FOUR_HUNDRED = { contextWindow: 400_000, maxOutput: 128_000 } as const;
const O_SERIES = { contextWindow: 200_000, maxOutput: 100_000 } as const;

type Row = Omit<ModelFacts, 'vendor'>;

// biome-ignore format: one model a line
const ROWS: readonly Row[] = [
  // GPT-6
  { id: 'gpt-6.2-sol', name: 'GPT-6.2 Sol', ...MILLION, abilities: SEES_AND_THINKS, parameters: alwaysThinks(LOW_TO_MAX), knowledge: '2026-06-01', released: '2026-11-17' },
  { id: 'gpt-6.1-sol', name: 'GPT-6.1 Sol', ...MILLION, abilities: SEES_AND_THINKS, parameters: alwaysThinks(LOW_TO_MAX), defaultEffort: 'medium', toolsNeedResponses: true, released: '2026-09-29' },
  { id: 'gpt-6.1-terra', name: 'GPT-6.1 Terra', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', knowledge: '2026-06-01', released: '2026-10-26' },
  { id: 'gpt-6-astra', name: 'GPT-6 Astra', ...MILLION, abilities: SEES_AND_THINKS, parameters: alwaysThinks(LOW_TO_MAX) },
  { id: 'gpt-6-sol', name: 'GPT-6 Sol', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', toolsNeedResponses: true, knowledge: '2026-04-20', released: '2026-09-22' },
  { id: 'gpt-6-luna', name: 'GPT-6 Luna', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', toolsNeedResponses: true, knowledge: '2026-05-18', released: '2026-09-22' },

  // GPT-5.6: "'minimal' is not supported … Supported values are: 'none', 'low', 'medium', 'high', 'xhigh', and 'max'"; temperature at the default effort: "Only the default (1) value is supported".
  { id: 'gpt-5.6-sol', name: 'GPT-5.6 Sol', also: ['gpt-5.6'], ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', toolsNeedResponses: true, knowledge: '2026-02', released: '2026-07-09' },
  { id: 'gpt-5.6-terra', name: 'GPT-5.6 Terra', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', toolsNeedResponses: true, knowledge: '2026-02-16' },
  { id: 'gpt-5.6-luna', name: 'GPT-5.6 Luna', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_MAX), samplingNeedsEffortNone: true, defaultEffort: 'medium', toolsNeedResponses: true },

  // GPT-5.1 to 5.5: temperature and top_p only with effort none, which is the default up to 5.4 (gpt-5.4-nano took temperature 0 in a recorded request).
  { id: 'gpt-5.5', name: 'GPT-5.5', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_XHIGH), samplingNeedsEffortNone: true, defaultEffort: 'medium', knowledge: '2025-12-01', released: '2026-04-23' },
  { id: 'gpt-5.5-pro', name: 'GPT-5.5 Pro', ...MILLION, abilities: { images: true, tools: true, reasoning: true }, parameters: { ...NO_SAMPLING, stop: false, verbosity: VERBOSITY }, responsesOnly: true, released: '2026-04-23' },
  { id: 'gpt-5.4', name: 'GPT-5.4', ...MILLION, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_XHIGH), samplingNeedsEffortNone: true, defaultEffort: 'none', knowledge: '2025-08-31', released: '2026-03-05' },
  { id: 'gpt-5.4-mini', name: 'GPT-5.4 mini', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_XHIGH), samplingNeedsEffortNone: true, defaultEffort: 'none', knowledge: '2025-08-31', released: '2026-03-17' },
  { id: 'gpt-5.4-nano', name: 'GPT-5.4 nano', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_XHIGH), samplingNeedsEffortNone: true, defaultEffort: 'none', knowledge: '2025-08-31', released: '2026-03-17' },
  { id: 'gpt-5.4-pro', name: 'GPT-5.4 Pro', ...MILLION, abilities: { images: true, tools: true, reasoning: true }, parameters: PRO, responsesOnly: true, released: '2026-03-05' },
  { id: 'gpt-5.3-codex', name: 'GPT-5.3 Codex', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: { ...CODEX, effort: ['low', 'medium', 'high', 'xhigh'] }, responsesOnly: true },
  { id: 'gpt-5.3-chat-latest', name: 'GPT-5.3 Chat', contextWindow: 128_000, maxOutput: 16_384, abilities: { images: true, tools: true } },
  { id: 'gpt-5.2', name: 'GPT-5.2', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_XHIGH), samplingNeedsEffortNone: true, defaultEffort: 'none', knowledge: '2025-08-31', released: '2025-12-11' },
  { id: 'gpt-5.2-pro', name: 'GPT-5.2 Pro', ...FOUR_HUNDRED, abilities: { images: true, tools: true, reasoning: true }, parameters: PRO, responsesOnly: true, released: '2025-12-11' },
  { id: 'gpt-5.2-codex', name: 'GPT-5.2 Codex', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: { ...CODEX, effort: ['low', 'medium', 'high', 'xhigh'] }, responsesOnly: true },
  { id: 'gpt-5.2-chat-latest', name: 'GPT-5.2 Chat', contextWindow: 128_000, maxOutput: 16_384, abilities: { images: true, tools: true } },
  { id: 'gpt-5.1', name: 'GPT-5.1', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: sometimesThinks(NONE_TO_HIGH), samplingNeedsEffortNone: true, defaultEffort: 'none', knowledge: '2024-09-30', released: '2025-11-13' },
  { id: 'gpt-5.1-codex', name: 'GPT-5.1 Codex', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: CODEX, responsesOnly: true },
  { id: 'gpt-5.1-codex-max', name: 'GPT-5.1 Codex Max', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: CODEX, responsesOnly: true },
  { id: 'gpt-5.1-codex-mini', name: 'GPT-5.1 Codex mini', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: CODEX, responsesOnly: true },
  { id: 'gpt-5.1-chat-latest', name: 'GPT-5.1 Chat', contextWindow: 128_000, maxOutput: 16_384, abilities: { images: true, tools: true } },

  // GPT-5: "Unsupported parameter: 'stop' is not supported with this model" (recorded, gpt-5-mini).
  { id: 'gpt-5', name: 'GPT-5', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: GPT5, defaultEffort: 'medium', knowledge: '2024-09-30', released: '2025-08-07' },
  { id: 'gpt-5-mini', name: 'GPT-5 mini', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: GPT5, defaultEffort: 'medium', knowledge: '2024-05-31', released: '2025-08-07' },
  { id: 'gpt-5-nano', name: 'GPT-5 nano', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: GPT5, defaultEffort: 'medium', knowledge: '2024-05-31', released: '2025-08-07' },
  { id: 'gpt-5-pro', name: 'GPT-5 Pro', contextWindow: 400_000, maxOutput: 272_000, abilities: SEES_AND_THINKS, parameters: { ...NO_SAMPLING, stop: false, effort: ['high'] }, defaultEffort: 'high', responsesOnly: true, released: '2025-10-06' },
  { id: 'gpt-5-codex', name: 'GPT-5 Codex', ...FOUR_HUNDRED, abilities: SEES_AND_THINKS, parameters: { ...CODEX, effort: ['low', 'medium', 'high'] }, responsesOnly: true },
  { id: 'gpt-5-chat-latest', name: 'GPT-5 Chat', also: ['gpt-5-chat'], contextWindow: 128_000, maxOutput: 16_384, abilities: { images: true, reasoning: false } },

  // The o-series
  { id: 'o4-mini', name: 'o4-mini', ...O_SERIES, abilities: SEES_AND_THINKS, parameters: { ...THINKS, stop: false }, defaultEffort: 'medium', knowledge: '2024-06-01', released: '2025-04-16' },
  { id: 'o3', name: 'o3', ...O_SERIES, abilities: SEES_AND_THINKS, parameters: { ...THINKS, stop: false }, defaultEffort: 'medium', knowledge: '2024-06-01', released: '2025-04-16' },
  { id: 'o3-pro', name: 'o3-pro', ...O_SERIES, abilities: SEES_AND_THINKS, parameters: { ...NO_SAMPLING, stop: false, verbosity: false }, knowledge: '2024-06-01', responsesOnly: true, released: '2025-06-10' },
  { id: 'o3-mini', name: 'o3-mini', ...O_SERIES, abilities: { images: false, tools: true, reasoning: true, schema: true }, parameters: THINKS, defaultEffort: 'medium', knowledge: '2023-10-01', released: '2025-01-31' },
  { id: 'o1', name: 'o1', ...O_SERIES, abilities: SEES_AND_THINKS, parameters: THINKS, defaultEffort: 'medium', knowledge: '2023-10-01', released: '2024-12-17' },
  { id: 'o1-pro', name: 'o1-pro', ...O_SERIES, abilities: SEES_AND_THINKS, parameters: { ...NO_SAMPLING, verbosity: false }, knowledge: '2023-10-01', responsesOnly: true, released: '2025-03-19' },
  { id: 'o1-mini', name: 'o1-mini', contextWindow: 128_000, maxOutput: 65_536, abilities: { images: false, tools: false, reasoning: true, schema: false }, parameters: { ...NO_SAMPLING, effort: false, verbosity: false }, knowledge: '2023-10-01', released: '2024-09-12' },
  { id: 'o1-preview', name: 'o1-preview', contextWindow: 128_000, maxOutput: 32_768, abilities: { images: false, tools: false, reasoning: true, schema: false }, parameters: { ...NO_SAMPLING, effort: false, verbosity: false }, knowledge: '2023-10-01', released: '2024-09-12' },

  // GPT-4 and before
  { id: 'gpt-4.1', name: 'GPT-4.1', contextWindow: 1_047_576, maxOutput: 32_768, abilities: SEES, parameters: CHAT, knowledge: '2024-06-01', released: '2025-04-14' },
  { id: 'gpt-4.1-mini', name: 'GPT-4.1 mini', contextWindow: 1_047_576, maxOutput: 32_768, abilities: SEES, parameters: CHAT, knowledge: '2024-06-01', released: '2025-04-14' },
  { id: 'gpt-4.1-nano', name: 'GPT-4.1 nano', contextWindow: 1_047_576, maxOutput: 32_768, abilities: SEES, parameters: CHAT, knowledge: '2024-06-01', released: '2025-04-14' },
  { id: 'gpt-4o', name: 'GPT-4o', contextWindow: 128_000, maxOutput: 16_384, abilities: SEES, parameters: CHAT, knowledge: '2023-10-01', released: '2024-05-13' },
  { id: 'gpt-4o-2024-05-13', name: 'GPT-4o (May 2024)', contextWindow: 128_000, maxOutput: 4_096, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: CHAT, knowledge: '2023-10-01', released: '2024-05-13' },
  { id: 'gpt-4o-mini', name: 'GPT-4o mini', contextWindow: 128_000, maxOutput: 16_384, abilities: SEES, parameters: CHAT, knowledge: '2023-10-01', released: '2024-07-18' },
  { id: 'gpt-4o-search-preview', name: 'GPT-4o Search Preview', contextWindow: 128_000, maxOutput: 16_384, abilities: { reasoning: false }, parameters: { ...NO_SAMPLING, effort: false, verbosity: false } },
  { id: 'gpt-4o-mini-search-preview', name: 'GPT-4o mini Search Preview', contextWindow: 128_000, maxOutput: 16_384, abilities: { reasoning: false }, parameters: { ...NO_SAMPLING, effort: false, verbosity: false } },
  { id: 'chatgpt-4o-latest', name: 'ChatGPT-4o', contextWindow: 128_000, maxOutput: 16_384, abilities: { images: true, tools: false, reasoning: false }, parameters: { ...SAMPLING, effort: false, verbosity: false } },
  { id: 'gpt-4-turbo', name: 'GPT-4 Turbo', contextWindow: 128_000, maxOutput: 4_096, abilities: { images: true, tools: true, reasoning: false, schema: false }, parameters: CHAT, knowledge: '2023-12-01', released: '2024-04-09' },
  { id: 'gpt-4-turbo-preview', name: 'GPT-4 Turbo Preview', also: ['gpt-4-0125-preview', 'gpt-4-1106-preview'], contextWindow: 128_000, maxOutput: 4_096, abilities: { images: false, tools: true, reasoning: false, schema: false }, parameters: CHAT },
  { id: 'gpt-4', name: 'GPT-4', also: ['gpt-4-0613', 'gpt-4-0314'], contextWindow: 8_192, maxOutput: 8_192, abilities: { images: false, tools: true, reasoning: false, schema: false }, parameters: CHAT, released: '2023-03-14' },
  { id: 'gpt-4-32k', name: 'GPT-4 32k', also: ['gpt-4-32k-0613', 'gpt-4-32k-0314'], contextWindow: 32_768, maxOutput: 32_768, abilities: { images: false, reasoning: false, schema: false }, parameters: CHAT },
  { id: 'gpt-3.5-turbo', name: 'GPT-3.5 Turbo', also: ['gpt-35-turbo', 'gpt-3.5-turbo-0125', 'gpt-35-turbo-0125', 'gpt-3.5-turbo-1106', 'gpt-35-turbo-1106'], contextWindow: 16_385, maxOutput: 4_096, abilities: { images: false, tools: true, reasoning: false, schema: false }, parameters: CHAT, knowledge: '2021-09-01', released: '2022-11-30' },

  // Open weights
  { id: 'gpt-oss-120b', name: 'gpt-oss-120b', contextWindow: 131_072, maxOutput: 131_072, abilities: { images: false, tools: true, reasoning: true }, parameters: { effort: ['low', 'medium', 'high'] }, knowledge: '2024-06', released: '2025-08-05', openWeights: true, noApi: true },
  { id: 'gpt-oss-20b', name: 'gpt-oss-20b', contextWindow: 131_072, maxOutput: 131_072, abilities: { images: false, tools: true, reasoning: true }, parameters: { effort: ['low', 'medium', 'high'] }, knowledge: '2024-06', released: '2025-08-05', openWeights: true, noApi: true },
];

export const OPENAI_MODELS: readonly ModelFacts[] = ROWS.map((row) => ({ vendor: 'openai', ...row }));
