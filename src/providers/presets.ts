/** Known servers of the Chat Completions wire: one row each, their differences as data. */
import type { ChatQuirks } from './chat-request.ts';
import { OPENROUTER_HOSTED } from './hosted-tools.ts';
import type { ToolRules } from './tool-definitions.ts';

type Preset = {
  name: string;
  /** For people. */
  title: string;
  url: string;
  /** Environment variable of the key, first one that is set; none: the server needs no key. */
  keyVariables: readonly string[];
  quirks?: Partial<ChatQuirks>;
  /** False: it has no list of models. */
  list?: false;
};

/** Gemini knows a small part of JSON Schema and refuses tools whose schemas say more. */
const GEMINI_TOOLS: ToolRules = {
  keywords: new Set(
    (
      'type format title description nullable enum items minItems maxItems properties required propertyOrdering ' +
      'minProperties maxProperties minLength maxLength pattern minimum maximum anyOf default'
    ).split(' '),
  ),
  formats: new Set(['enum', 'date-time', 'float', 'double', 'int32', 'int64']),
};

export const PRESETS: readonly Preset[] = [
  {
    name: 'openrouter',
    title: 'OpenRouter',
    url: 'https://openrouter.ai/api/v1',
    keyVariables: ['OPENROUTER_API_KEY'],
    quirks: { effort: 'reasoning', verbosity: true, echoReasoning: 'reasoning_details', hosted: OPENROUTER_HOSTED },
  },
  {
    name: 'groq',
    title: 'Groq',
    url: 'https://api.groq.com/openai/v1',
    keyVariables: ['GROQ_API_KEY'],
    quirks: { maxTokensField: 'max_completion_tokens' },
  },
  {
    name: 'deepseek',
    title: 'DeepSeek',
    url: 'https://api.deepseek.com/v1',
    keyVariables: ['DEEPSEEK_API_KEY'],
    quirks: { schema: 'json_object', seed: false, effort: 'thinking', echoReasoning: 'reasoning_content' },
  },
  {
    name: 'mistral',
    title: 'Mistral',
    url: 'https://api.mistral.ai/v1',
    keyVariables: ['MISTRAL_API_KEY'],
    quirks: { streamUsage: false, seed: 'random_seed', effort: 'reasoning_effort', callIds: 'nine', strictTurns: true },
  },
  {
    name: 'xai',
    title: 'xAI',
    url: 'https://api.x.ai/v1',
    keyVariables: ['XAI_API_KEY'],
    quirks: { reasoningOutsideOutput: true, maxTokensField: 'max_completion_tokens', cacheKey: ['responses'] },
  },
  {
    name: 'gemini',
    title: 'Google Gemini',
    url: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    quirks: {
      seed: false,
      tools: GEMINI_TOOLS,
      // Its documentation gives this in place of a signature for calls that another model made.
      foreignCall: { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } },
    },
  },
  { name: 'together', title: 'Together', url: 'https://api.together.xyz/v1', keyVariables: ['TOGETHER_API_KEY'] },
  { name: 'fireworks', title: 'Fireworks', url: 'https://api.fireworks.ai/inference/v1', keyVariables: ['FIREWORKS_API_KEY'] },
  {
    name: 'perplexity',
    title: 'Perplexity',
    url: 'https://api.perplexity.ai',
    keyVariables: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'],
    quirks: { streamUsage: false, seed: false, strictTurns: true },
    list: false,
  },
  {
    name: 'cerebras',
    title: 'Cerebras',
    url: 'https://api.cerebras.ai/v1',
    keyVariables: ['CEREBRAS_API_KEY'],
    quirks: { maxTokensField: 'max_completion_tokens' },
  },
  {
    name: 'zai',
    title: 'Z.ai',
    url: 'https://api.z.ai/api/paas/v4',
    keyVariables: ['ZAI_API_KEY', 'ZHIPUAI_API_KEY'],
    quirks: { effort: 'thinking', schema: 'json_object', seed: false },
  },
  {
    name: 'moonshot',
    title: 'Moonshot',
    url: 'https://api.moonshot.ai/v1',
    keyVariables: ['MOONSHOT_API_KEY'],
    quirks: { effort: false, seed: false, echoReasoning: 'reasoning_content', cacheKey: ['chat'] },
  },
  {
    name: 'alibaba',
    title: 'Alibaba Model Studio',
    url: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    keyVariables: ['DASHSCOPE_API_KEY'],
    quirks: { effort: false, schema: 'json_object' },
  },
  {
    name: 'nvidia',
    title: 'NVIDIA NIM',
    url: 'https://integrate.api.nvidia.com/v1',
    keyVariables: ['NVIDIA_API_KEY'],
    quirks: { effort: false, schema: 'json_object' },
  },
  {
    name: 'huggingface',
    title: 'Hugging Face',
    url: 'https://router.huggingface.co/v1',
    keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  },
  { name: 'github', title: 'GitHub Models', url: 'https://models.github.ai/inference', keyVariables: ['GITHUB_MODELS_TOKEN'], list: false },
  {
    name: 'vercel',
    title: 'Vercel AI Gateway',
    url: 'https://ai-gateway.vercel.sh/v1',
    keyVariables: ['AI_GATEWAY_API_KEY'],
    quirks: { effort: 'reasoning' },
  },
  {
    name: 'llamacpp',
    title: 'llama.cpp server',
    url: 'http://127.0.0.1:8080/v1',
    keyVariables: [],
    quirks: { effort: false, strictTurns: true },
  },
  { name: 'vllm', title: 'vLLM', url: 'http://127.0.0.1:8000/v1', keyVariables: [], quirks: { strictTurns: true } },
  { name: 'lmstudio', title: 'LM Studio', url: 'http://127.0.0.1:1234/v1', keyVariables: [], quirks: { effort: false, strictTurns: true } },
];
