/** The manual of sotto as data: what the built-in guide knows, and all that it knows. */

import { CHAT_SECTIONS } from './guide-manual-chat.ts';
import { CONVERSATION_SECTIONS } from './guide-manual-conversations.ts';
import { TOOL_SECTIONS } from './guide-manual-tools.ts';
import { json, list, type Section, sh, table, terms, text } from './guide-text.ts';

const WRITTEN: readonly Section[] = [
  // First steps
  {
    id: 'overview',
    title: 'What sotto is',
    keywords: terms(
      'about sotto, sotto, overview, introduction, purpose, what can it do, features, help, hilfe, überblick, aide',
      'présentation, ayuda, resumen, 帮助, 介绍, 概要, ヘルプ, 使い方',
    ),
    body: text(
      'sotto is one quiet command that talks to language models from your terminal: OpenAI, Anthropic, Azure, a local Ollama, and every server that speaks the OpenAI API. You ask, and the answer arrives as it is written.',
      sh(
        'sotto                              # the chat',
        'sotto "why is the sky blue?"',
        'sotto -c "and at sunset?"',
        'cat error.log | sotto "what went wrong here?"',
        'sotto -f notes.md "summarise this"',
      ),
      'What you can count on:',
      list(
        'Nothing is lost: every conversation is saved on your machine, and can be found, continued, exported and really deleted.',
        'The answer goes to stdout and nothing else does, so it fits into any pipe or script.',
        'Exit codes tell a script what happened.',
        'Nothing leaves your machine but the requests you ask for. There is no telemetry.',
      ),
      'The next step is to connect a model. Ask me: `sotto -p guide "how do I connect a model?"`. For everything I can explain: `sotto -p guide contents`.',
    ),
  },
  {
    id: 'connect',
    title: 'Connect a real model: three ways',
    keywords: terms(
      'connect, get started, getting started, start, set up, setup, first steps, real model, begin, quick start, three ways',
      'language model, chatgpt, gpt, use ai, free, without key, no key, verbinden, einrichten, loslegen, anfangen',
      'modell verbinden, connecter, commencer, démarrer, configurer un modèle, conectar, empezar, comenzar, modelo real, 连接',
      '开始, 入门, 接続, 始め方, 始める, 接続方法',
    ),
    body: text(
      '**1. A key from a provider.** OpenAI, Anthropic, Gemini, Groq and many more. Set its variable, or let sotto keep the key:',
      sh('export OPENAI_API_KEY=…', '# or: sotto keys set openai', 'sotto "hello"'),
      '**2. A model on this machine.** Free, private, no account. Install Ollama from ollama.com, then:',
      sh('ollama pull llama3.2', 'sotto -p ollama -m llama3.2 "hello"'),
      '**3. Any server that speaks the OpenAI API.** Your company’s gateway, llama.cpp, vLLM, anything alike:',
      sh(
        'sotto config set providers.lab.kind openai-compatible',
        'sotto config set providers.lab.url http://lab:8080/v1',
        'export LAB_API_KEY=…   # only where the server wants a key',
        'sotto -p lab -m MODEL "hello"',
      ),
      'See what is ready with `sotto providers`, and keep your choice with `sotto config set model MODEL`.',
    ),
  },
  {
    id: 'install',
    title: 'Installing and updating sotto',
    keywords: terms(
      'latest version, newest version, newest release',
      'windows, macos, linux, install on windows, install, installation, update, upgrade, uninstall, remove sotto, npm',
      'npm link, version, which version, global install, requirements, installieren, aktualisieren, installer, mettre à jour',
      'instalar, actualizar, 安装, 更新, 升级, インストール, アップデート',
    ),
    body: text(
      'From a checkout of sotto, this installs and builds it, and puts `sotto` on your PATH. `sotto --version` tells which one you have.',
      sh('npm install', 'npm run build', 'npm link', 'sotto "hello"'),
      'sotto needs Node 22.14 or newer. A checkout brings a newer Node along, so the commands above also work where your own is Node 20.',
      'To update, fetch the new sources and run `npm install` and `npm run build` again. Your conversations come along; a newer sotto makes a backup of them before it changes how they are kept. To remove the command: `npm unlink -g sotto`. Conversations, configuration and keys stay where they are; `sotto db path` and `sotto config path` say where.',
    ),
  },
  {
    id: 'help',
    title: 'Getting help',
    keywords: terms(
      '--help, usage, commands, list of commands, which commands, command list, documentation, docs, manual, examples, readme',
      'report a bug, bug, support, befehle, commandes, comandos, 命令, コマンド',
    ),
    body: text(
      'Every command explains itself, with examples:',
      sh('sotto --help', 'sotto ask --help', 'sotto help config'),
      'The commands of this version:',
      table(
        ['command', 'what it does'],
        ['`sotto chat`, `sotto resume`', 'the chat: new, or going on with a conversation; `sotto` alone opens it too'],
        ['`sotto ask`', 'asks a question; `sotto "…"` is short for it'],
        ['`sotto list`, `sotto show`, `sotto search`, `sotto last`', 'find and print what was said'],
        ['`sotto rename`, `sotto tag`, `sotto pin`, `sotto archive`', 'keep conversations in order'],
        ['`sotto fork`, `sotto delete`', 'copy a conversation, delete it for good'],
        ['`sotto export`, `sotto import`', 'take conversations out of sotto and into it'],
        ['`sotto models`', 'lists models, shows one'],
        ['`sotto providers`', 'shows which providers are ready'],
        ['`sotto keys`', 'stores, lists and deletes keys'],
        ['`sotto tools`', 'what models may call: lists, shows, runs, rules, trust'],
        ['`sotto mcp`', 'servers that bring more tools'],
        ['`sotto config`', 'shows and changes settings'],
        ['`sotto db`', 'checks, backs up and restores the conversations'],
        ['`sotto help`', 'explains a command'],
      ),
      'Or ask me in your own words: `sotto -p guide "how do I …?"`. If something fails without a good reason, run it again with `-v` and report what it prints. Keys are never in there.',
    ),
  },

  // Asking
  {
    id: 'ask',
    title: 'Asking a question',
    keywords: terms(
      'ask, question, prompt, send a prompt, sotto ask, how to ask, query, one question, quotes, fragen, frage stellen',
      'poser une question, demander, preguntar, hacer una pregunta, 提问, 问题, 質問',
    ),
    body: text(
      'Put the question in quotes. `sotto "…"` and `sotto ask "…"` are the same.',
      sh('sotto "why is the sky blue?"', 'sotto ask -m gpt-6-luna "explain DNS to a child"'),
      'Text can come from a pipe and from files, in one go:',
      sh('git diff | sotto "write a commit message"', 'sotto -f notes.md "summarise this"'),
      'Each call begins a new conversation, which is saved. `-c` goes on with the last one instead: `sotto -c "and in French?"`. `Ctrl+C` stops an answer and keeps what has arrived.',
      'If a question begins with the name of a command, write `sotto ask` in front of it. A single word that is a command here or in programs like this one (`version`, `logs`, `login`, `update`) is not sent to a model: sotto says what to type instead, exit code 2, and `sotto ask version` asks it all the same. With text piped in, a word that says what to do with it is asked: `git diff | sotto "review"`.',
      'Quotes matter too: without them the shell reads `?`, `*` and `!` itself.',
    ),
  },
  {
    id: 'stdin',
    title: 'Pipes and standard input',
    keywords: terms(
      'pipe, use in a pipe, use sotto in a pipe, sotto in a pipeline, stdin, pass stdin, pipe a file, standard input, piping, piped, redirect, dash, hang, hangs, hanging, waits for input, waiting for text',
      '--no-stdin, --stdin-timeout, silent, heredoc, eingabe, hängt, entrée standard, entrada estándar, 管道, 标准输入, パイプ, 標準入力',
    ),
    body: text(
      'What you type and what you pipe in are joined, the question first:',
      sh(
        'cat error.log | sotto "what went wrong here?"',
        'sotto "translate to French" < letter.txt',
        'echo "why is the sky blue?" | sotto',
      ),
      'The rules:',
      list(
        'Without a question, or with `-` in its place, the pipe is read to its end.',
        'With a question and a pipe that stays silent, a notice appears after 2 seconds. After 60 seconds sotto gives up with exit code 2: it never hangs for ever, and never sends a prompt without the input that was meant to come. `--stdin-timeout` changes the limit.',
        '`--no-stdin` or `< /dev/null` skips standard input at once. Use one of them in cron jobs and CI.',
        'Text is UTF-8, or UTF-16 with its mark. Single bytes that are neither, as in a log that was cut, go out as U+FFFD (\ufffd) with a notice how many. What is mostly not text is refused: PDF (use `pdftotext FILE -`), archives, programs, other encodings (use `iconv`).',
      ),
      sh('sotto --no-stdin "say hello"', 'sotto ask -', 'slow-command | sotto --stdin-timeout 600 "summarise"'),
      'Binary input is refused. Pictures (PNG, JPEG, GIF, WebP) may be piped in.',
    ),
  },
  {
    id: 'files',
    title: 'Sending files and pictures',
    keywords: terms(
      'file, attach, attachment, image, picture, photo, screenshot, png, jpeg, vision, pdf, upload, -f, --file, too large',
      'describe image, audio, datei, bild, anhang, fichier, joindre, archivo, imagen, foto, 文件, 图片, 附件, ファイル, 画像, 添付',
    ),
    body: text(
      '`-f` attaches a text file or a picture. Use it as often as you like:',
      sh(
        'sotto -f notes.md "summarise this"',
        'sotto -f before.png -f after.png "what changed?"',
        'pbpaste | sotto -f style.md -f - "rewrite this in that style"',
      ),
      list(
        'Text: any UTF-8 or UTF-16 file up to 16 MB. Each file goes along under its name.',
        'Pictures: PNG, JPEG, GIF and WebP up to 20 MB, for models that can see. `sotto models show MODEL` tells.',
        '`-f -` stands for standard input.',
        'PDF, Office files and audio are not read: turn them into text first, for example with `pdftotext`.',
      ),
      'A file that cannot be read stops everything: nothing is sent, and the exit code is 2.',
    ),
  },
  {
    id: 'system',
    title: 'The system prompt',
    keywords: terms(
      'system prompt, system message, instructions, role, persona, -s, --system, SOTTO_SYSTEM, behave, custom instructions',
      'systemprompt, consigne, instrucciones, 系统提示, システムプロンプト',
    ),
    body: text(
      '`-s` tells the model how to behave, apart from your question:',
      sh('sotto -s "Answer in one short sentence." "what is DNS?"', 'sotto -s "$(cat reviewer.md)" -f main.c "review this"'),
      'To use the same one every time, keep it in the configuration, or in a profile:',
      sh(
        'sotto config set system "You are brief and precise."',
        'sotto config set profiles.review.system "You are a strict reviewer."',
        'sotto --profile review -f main.c "look at this"',
      ),
    ),
  },
  {
    id: 'stop',
    title: 'Stopping an answer',
    keywords: terms(
      'stop, cancel, ctrl+c, ctrl c, ctrl-c, interrupt, abort, sigint, quit, partial answer, abbrechen, stoppen, arrêter',
      'annuler, cancelar, detener, 停止, 取消, 中断, キャンセル',
    ),
    body: text(
      'Press `Ctrl+C`. The request ends at the provider too, and the text that had arrived stays, on the screen and in the conversation, where it is marked as cancelled. The exit code is 130; 143 when the process was told to terminate.',
      'To have the rest after all: `sotto -c "go on"`. To read it again: `sotto last`.',
      'With `--output json` the object is still printed, with that text and `"finishReason":"cancelled"`.',
      'A reader that leaves early, as in `sotto "…" | head -1`, also ends the request. That counts as success: exit code 0.',
    ),
  },

  ...CHAT_SECTIONS,
  ...CONVERSATION_SECTIONS,
  ...TOOL_SECTIONS,

  // Models
  {
    id: 'models',
    title: 'Choosing a model',
    keywords: terms(
      'pick a model, pick, choose model, model, switch model, change model, select model, default model, -m, --model',
      'SOTTO_MODEL, which model, another model, modell wählen, modell wechseln, standardmodell, choisir un modèle',
      'changer de modèle, modèle, elegir modelo, cambiar modelo, modelo, 选择模型, 模型, 切换模型, 默认模型, モデル, モデルを選ぶ, モデル変更',
    ),
    body: text(
      '`-m` names the model, `-p` the provider. Either alone is enough where it is clear:',
      sh(
        'sotto -m gpt-6-luna "hello"',
        'sotto -m openai/gpt-6-luna "hello"',
        'sotto -p ollama -m llama3.2 "hello"',
        'sotto -p anthropic "hello"',
      ),
      'Your default:',
      sh('sotto config set model gpt-6-luna', 'sotto config get model'),
      'For one terminal session: `export SOTTO_MODEL=gpt-6-luna`. Each provider can have a default of its own: `sotto config set providers.groq.model MODEL`.',
      'A name that no configured provider knows is refused, with near matches. With `-p` an unknown name is passed on as it is, so a model that came out this morning works. `-v` shows which model was asked.',
    ),
  },
  {
    id: 'model-list',
    title: 'Listing models and what they can do',
    keywords: terms(
      'does it support images, can it see, sotto models, list models, models list, models show, available models',
      'which models, what models, model details, context window, window size, abilities, capabilities, modelle auflisten',
      'verfügbare modelle, liste des modèles, modèles disponibles, lista de modelos, modelos disponibles, 模型列表, 有哪些模型, モデル一覧',
    ),
    body: text(
      sh('sotto models', 'sotto models list', 'sotto models show gpt-6-luna'),
      '`sotto models` lists what you can use with the providers you have set up. Providers that have a live list are asked, and their answer is kept for a day.',
      '`sotto models show` tells what is known of one model: its context window, its longest answer, whether it sees pictures and takes a schema, its price, and which parameters it takes. What nobody knows is shown as unknown, never as zero. Models that are not in the list work all the same.',
    ),
  },
  {
    id: 'aliases',
    title: 'Short names for models',
    keywords: terms(
      'alias, aliases, short name, shortcut, abbreviation, nickname, own name, rename model, abkürzung, kurzname, raccourci',
      'alias de modèle, atajo, 别名, 别称, エイリアス, 別名',
    ),
    body: text(
      'Give a model a name of your own and use it with `-m`:',
      sh('sotto config set aliases.fast groq/llama-3.3-70b-versatile', 'sotto -m fast "hello"'),
      'Some names are built in, such as `sonnet`, `haiku`, `mini` and `gemini`. Each points at its maker’s current model of that kind. Your own alias of the same name wins.',
      'To see yours, `sotto config get aliases`. To drop one, `sotto config unset aliases.fast`.',
    ),
  },

  // Providers
  {
    id: 'providers',
    title: 'All providers and their variables',
    keywords: terms(
      'provider, all providers, list of providers, sotto providers, supported, vendors, services, choose provider',
      'switch provider, -p, --provider, SOTTO_PROVIDER, environment variables of keys, which key variable, anbieter',
      'fournisseur, fournisseurs, proveedor, proveedores, 提供商, 供应商, 服务商, プロバイダー, プロバイダ',
    ),
    body: text(
      '`sotto providers` shows each one, whether it is ready, and what is missing. Choose with `-p NAME`.',
      table(
        ['name', 'what', 'variables'],
        ['`openai`', 'OpenAI', '`OPENAI_API_KEY`, `OPENAI_BASE_URL`'],
        ['`anthropic`', 'Anthropic (Claude)', '`ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`'],
        ['`azure`', 'Azure OpenAI', '`AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY`, `OPENAI_API_VERSION`'],
        ['`ollama`', 'Ollama', '`OLLAMA_HOST`'],
        ['`gemini`', 'Google Gemini', '`GEMINI_API_KEY` or `GOOGLE_API_KEY`'],
        ['`openrouter`', 'OpenRouter', '`OPENROUTER_API_KEY`'],
        ['`groq`', 'Groq', '`GROQ_API_KEY`'],
        ['`deepseek`', 'DeepSeek', '`DEEPSEEK_API_KEY`'],
        ['`mistral`', 'Mistral', '`MISTRAL_API_KEY`'],
        ['`xai`', 'xAI (Grok)', '`XAI_API_KEY`'],
        ['`together`', 'Together', '`TOGETHER_API_KEY`'],
        ['`fireworks`', 'Fireworks', '`FIREWORKS_API_KEY`'],
        ['`perplexity`', 'Perplexity', '`PERPLEXITY_API_KEY` or `PPLX_API_KEY`'],
        ['`cerebras`', 'Cerebras', '`CEREBRAS_API_KEY`'],
        ['`zai`', 'Z.ai (GLM)', '`ZAI_API_KEY` or `ZHIPUAI_API_KEY`'],
        ['`moonshot`', 'Moonshot (Kimi)', '`MOONSHOT_API_KEY`'],
        ['`alibaba`', 'Alibaba Model Studio (Qwen)', '`DASHSCOPE_API_KEY`'],
        ['`nvidia`', 'NVIDIA NIM', '`NVIDIA_API_KEY`'],
        ['`huggingface`', 'Hugging Face', '`HF_TOKEN` or `HUGGINGFACE_API_KEY`'],
        ['`github`', 'GitHub Models', '`GITHUB_MODELS_TOKEN`'],
        ['`vercel`', 'Vercel AI Gateway', '`AI_GATEWAY_API_KEY`'],
        ['`llamacpp`', 'llama.cpp server, port 8080', 'none'],
        ['`vllm`', 'vLLM, port 8000', 'none'],
        ['`lmstudio`', 'LM Studio, port 1234', 'none'],
        ['`guide`', 'me, the built-in guide', 'none'],
      ),
      'A server that is not here: `sotto config set providers.NAME.url http://HOST/v1`, and its key in `NAME_API_KEY`.',
    ),
  },
  {
    id: 'api-key',
    title: 'Connecting with an API key',
    keywords: terms(
      'api key, key, token, set key, add key, enter key, use my key, export, environment variable, where to get a key',
      'OPENAI_API_KEY, powershell, api-schlüssel, schlüssel, schlüssel setzen, clé api, clé, définir la clé, clave api, clave',
      'poner la clave, 密钥, 设置密钥, api密钥, キー, apiキー, キーの設定',
    ),
    body: text(
      'Make a key on the provider’s web site. Then either put it into the environment:',
      sh('export OPENAI_API_KEY=…   # keep it in ~/.bashrc or ~/.zshrc', 'sotto -p openai "hello"'),
      'In PowerShell that is `$env:OPENAI_API_KEY = "…"`. Or let sotto keep it. You type it unseen, so it never lands in your shell’s history:',
      sh('sotto keys set openai', 'sotto keys list'),
      'The same goes for `anthropic`, `gemini`, `groq` and the others: `sotto providers` names the variable of each. A key in the environment wins over a stored one.',
    ),
  },
  {
    id: 'openai',
    title: 'OpenAI',
    keywords: terms(
      'openai, openai account, gpt, chatgpt, gpt-4o, gpt-5, o3-mini, OPENAI_API_KEY, OPENAI_BASE_URL, responses api',
      'chat completions, organization, project id, providers.openai.api',
    ),
    body: text(
      sh('export OPENAI_API_KEY=…', 'sotto -p openai -m gpt-6-luna "hello"'),
      'sotto uses the Responses API. Where something in between only knows Chat Completions, switch:',
      sh('sotto config set providers.openai.api chat'),
      '`OPENAI_BASE_URL` points it at another address. `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID` choose the organization and the project, as do `providers.openai.organization` and `providers.openai.project`.',
      'A ChatGPT subscription does not include the API: the key and the credit for it come from platform.openai.com.',
    ),
  },
  {
    id: 'anthropic',
    title: 'Anthropic (Claude)',
    keywords: terms('anthropic, claude, sonnet, opus, claude haiku, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, messages api, use claude'),
    body: text(
      sh('export ANTHROPIC_API_KEY=…      # or: sotto keys set anthropic', 'sotto -m claude-sonnet-5-5 "hello"', 'sotto -m haiku "hello"'),
      'The key comes from the Anthropic console. `ANTHROPIC_BASE_URL` points sotto at another server that speaks the Messages API.',
      'Models that think do so when you ask for it: `sotto -m sonnet --effort high "…"`. `-v` shows their thoughts.',
    ),
  },
  {
    id: 'azure',
    title: 'Azure OpenAI',
    keywords: terms(
      'azure, azure openai, microsoft, deployment, AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY, OPENAI_API_VERSION',
      'api version, foundry, DeploymentNotFound',
    ),
    body: text(
      'Three facts from the Azure portal: the endpoint, the key, and the name of your deployment. The deployment takes the place of the model.',
      sh(
        'export AZURE_OPENAI_ENDPOINT=https://NAME.openai.azure.com',
        'export AZURE_OPENAI_API_KEY=…',
        'sotto -p azure -m MY-DEPLOYMENT "hello"',
      ),
      'Without an API version sotto uses the newer v1 address. Where your resource wants a dated one, set `OPENAI_API_VERSION`, or keep it: `sotto config set providers.azure.apiVersion VERSION`. The Responses API: `sotto config set providers.azure.api responses`.',
      'To have your deployment by default: `sotto config set providers.azure.model MY-DEPLOYMENT`.',
    ),
  },
  {
    id: 'ollama',
    title: 'A local model with Ollama',
    keywords: terms(
      'ollama, local model, local, offline, on this machine, own machine, my computer, free model, run locally',
      'without internet, no account, llama, qwen, gemma, ollama pull, OLLAMA_HOST, remote host, keepAlive, num_ctx, gpu',
      'lokal, lokales modell, local sans internet, modèle local, modelo local, sin internet, 本地模型, 本地, 离线, ローカル, ローカルモデル',
      'オフライン',
    ),
    body: text(
      'Nothing leaves your machine, and it costs nothing. Install Ollama from ollama.com, fetch a model, ask it:',
      sh('ollama pull llama3.2', 'sotto -p ollama -m llama3.2 "hello"', 'sotto config set model ollama/llama3.2'),
      'The rest is optional:',
      list(
        'Ollama on another machine: `export OLLAMA_HOST=http://HOST:11434`.',
        'The context window comes from the model. Ask for another: `sotto config set providers.ollama.contextWindow 32768`. A larger one needs more memory.',
        'How long a model stays loaded: `sotto config set providers.ollama.keepAlive 30m`.',
      ),
      'If nothing answers, start it with `ollama serve`. `ollama list` shows the models you have.',
    ),
  },
  {
    id: 'compatible',
    title: 'Any OpenAI-compatible server',
    keywords: terms(
      'openai-compatible, speaks the openai api, compatible server, own server, custom server, custom provider',
      'custom endpoint, base url, endpoint, gateway, litellm, self-hosted, add provider, new provider, another server',
      'company server, providers.name.url, headers, custom header, eigener server, serveur compatible, serveur personnalisé',
      'servidor propio, servidor compatible, 兼容, 自定义服务器, 自建, 互換サーバー, 独自サーバー',
    ),
    body: text(
      'Give the server a name and say where it is. `lab` is only an example:',
      sh(
        'sotto config set providers.lab.kind openai-compatible',
        'sotto config set providers.lab.url http://lab:8080/v1',
        'sotto keys set lab               # or LAB_API_KEY=…; only where needed',
        'sotto -p lab -m MODEL "hello"',
      ),
      'The address usually ends in `/v1`. More that can be set below `providers.lab`:',
      list(
        '`model`: asked when you name none. `models`: the ones it has, as a list.',
        '`api`: `chat` (usual) or `responses`.',
        '`headers.NAME`: a header sent with each request.',
        '`contextWindow`: tokens its models take.',
        '`key`: a command that prints the key, such as `"!pass show lab"`.',
      ),
      'For one run only: `sotto --set providers.lab.url=http://other:8080/v1 -p lab "hello"`.',
    ),
  },
  {
    id: 'hosted',
    title: 'OpenRouter, Groq, Gemini, DeepSeek, Mistral, xAI and others',
    keywords: terms(
      'openrouter, groq, gemini, google, google gemini, deepseek, mistral, xai, grok, together, fireworks, perplexity',
      'cerebras, zai, glm, moonshot, kimi, alibaba, qwen, dashscope, nvidia, huggingface, hugging face, github models, vercel',
      'preset, GEMINI_API_KEY, GROQ_API_KEY, HF_TOKEN',
    ),
    body: text(
      'sotto knows these services by name, with their addresses and their quirks. All they need is a key:',
      sh(
        'export GROQ_API_KEY=…',
        'sotto -p groq "hello"',
        'sotto keys set gemini',
        'sotto -p gemini "hello"',
        'sotto -p openrouter -m openai/gpt-6-luna "hello"',
      ),
      'Built in: `openrouter`, `groq`, `deepseek`, `mistral`, `xai`, `gemini`, `together`, `fireworks`, `perplexity`, `cerebras`, `zai`, `moonshot`, `alibaba`, `nvidia`, `huggingface`, `github`, `vercel`.',
      'The variable for each key is in `sotto providers`. Another region or a gateway in front: `sotto config set providers.groq.url https://HOST/v1`.',
    ),
  },
  {
    id: 'local-servers',
    title: 'llama.cpp, vLLM and LM Studio',
    keywords: terms(
      'llama.cpp, llamacpp, llama-server, llama cpp, vllm, lm studio, lmstudio, gguf, local server, port 8080, port 1234',
      'lokaler server, serveur local, servidor local, 本地服务器, ローカルサーバー',
    ),
    body: text(
      'Each is known by name, at its usual address on this machine. No key is needed:',
      sh(
        'sotto -p llamacpp "hello"                # http://127.0.0.1:8080/v1',
        'sotto -p vllm -m MODEL "hello"         # http://127.0.0.1:8000/v1',
        'sotto -p lmstudio -m MODEL "hello"     # http://127.0.0.1:1234/v1',
      ),
      'Another machine or port:',
      sh('sotto config set providers.vllm.url http://HOST:9000/v1'),
      'A server that was started with a key takes it from `sotto keys set vllm`. sotto does not run GGUF files by itself in this version: let llama-server or Ollama do it.',
    ),
  },

  // Output
  {
    id: 'output',
    title: 'Forms of output: text, markdown, json, ndjson',
    keywords: terms(
      'output, output format, format of the answer, --output, plain text, raw text, text, markdown, no-stream, --no-stream',
      'streaming, stream, save answer, save to file, write to file, copy answer, quiet, -q, stdout, stderr, ausgabe',
      'ausgabeformat, format de sortie, sortie, salida, formato de salida, 输出, 输出格式, 出力, 出力形式',
    ),
    body: text(
      table(
        ['`--output`', 'what you get'],
        ['`markdown`', 'rendered for the eye: usual on a terminal'],
        ['`text`', 'the bare text of the model: usual in a pipe'],
        ['`json`', 'one object at the end, with usage, cost and errors'],
        ['`ndjson`', 'every event as it happens, one JSON object per line'],
      ),
      sh(
        'sotto "explain DNS" > dns.md',
        'sotto --output text "explain DNS"',
        'sotto --output json "hello" | jq .usage',
        'sotto config set output text',
      ),
      'stdout is the answer and nothing else. Notices, retries and errors go to stderr; `-q` leaves only the errors. `--no-stream` prints the answer at its end instead of as it is written.',
    ),
  },
  {
    id: 'json',
    title: 'The JSON object',
    keywords: terms(
      'json, json output, --output json, json object, fields, parse answer, jq, finishReason, finish reason, usage field',
      'machine readable, json-ausgabe, sortie json, salida json, json输出, json出力',
    ),
    body: text(
      '`sotto --output json "…"` prints one object when the turn is over:',
      json(
        '{"v":1,"conversation":"1m7wqhmapeny",',
        ' "provider":"openai","model":"gpt-6-luna","text":"…","reasoning":"",',
        ' "toolCalls":[],"finishReason":"stop",',
        ' "usage":{"input":120,"output":45,',
        '          "cacheRead":0,"cacheWrite":null,"reasoning":0},',
        ' "cost":{"usd":0.0000345,"estimated":false,',
        '         "source":{"priceOf":"gpt-6-luna"}},',
        ' "timing":{"firstTokenMs":310,"durationMs":1450},',
        ' "attempts":[{"provider":"openai","model":"gpt-6-luna","outcome":"ok"}],',
        ' "error":null}',
      ),
      list(
        '`v` is the version of this format. `conversation` is the id for `--resume`, `null` where nothing was saved.',
        '`finishReason` is one of `stop`, `length`, `tool_calls`, `content_filter`, `cancelled`, `error`.',
        '`usage.input` and `usage.output` are totals: cached and reasoning tokens are in them.',
        'What the provider did not say is `null`, never 0. So is the cost when the price is not known.',
        'After a failure `error` has `kind`, `message`, `hint`, `status`, `provider`, `retryAfterMs` and `requestId`, and `text` has what had arrived.',
      ),
      sh('sotto --output json "hello" | jq -r .text'),
    ),
  },
  {
    id: 'ndjson',
    title: 'NDJSON: every event as it happens',
    keywords: terms('ndjson, --output ndjson, events, event stream, json lines, jsonl, deltas, live json, turn.end, part.delta'),
    body: text(
      '`--output ndjson` prints one JSON object per line, each at the moment it happens:',
      sh('sotto --output ndjson "hello" | jq -r --unbuffered .type'),
      list(
        '`turn.start` comes first, `turn.end` last, exactly once. `turn.end` has the usage, the cost, the timing and the error.',
        '`request.start` begins an attempt: forget what an earlier one brought. `retry` says that the last one failed.',
        '`part.start`, `part.delta`, `part.end` carry text, reasoning and tool calls. The end has the whole part and is the truth.',
        '`message` is a complete message; `usage` is the total so far; `finish` says why the model stopped.',
        '`tool.approval`, `tool.start`, `tool.progress`, `tool.end` tell of tools; `step.end` closes each request before the last.',
      ),
      'Each line has `"v":1`. New kinds of events may come: skip the ones you do not know.',
    ),
  },
  {
    id: 'exit-codes',
    title: 'Exit codes',
    keywords: terms(
      'status code',
      'exit code, exit status, return code, error code, $?, code 0, code 1, code 2, code 3, code 4, code 5, code 6, code 130',
      'code 143, rückgabecode, exit-code, code de sortie, code de retour, código de salida, 退出码, 返回码, 終了コード',
    ),
    body: text(
      table(
        ['code', 'what happened'],
        ['0', 'answered; a retry that recovered is 0 too'],
        ['1', 'a bug in sotto'],
        ['2', 'usage: a wrong flag, a model nobody configured knows, an unreadable file, a silent pipe'],
        ['3', 'configuration or authentication: no provider, a missing or refused key; conversations that cannot be read or written'],
        ['4', 'the provider is not available after every retry: network, timeout, overload, a stream that broke off'],
        ['5', 'the request was refused: model unknown to the provider, context too long, something it cannot do, content filter'],
        ['6', 'a limit was reached: rate limit or quota'],
        ['130', 'cancelled with Ctrl+C'],
        ['143', 'terminated'],
      ),
      sh('sotto "is this spam?" < mail.txt > verdict.txt || echo "failed with $?"'),
    ),
  },
  {
    id: 'scripts',
    title: 'Using sotto in scripts and CI',
    keywords: terms(
      'script, scripting, shell script, ci, github actions, cron, automation, automate, non-interactive, bash, makefile',
      'pipeline, skript, automatisieren, automatiser, automatizar, 脚本, 自动化, スクリプト, 自動化',
    ),
    body: text(
      'stdout is the answer, stderr is the rest, and the exit code is true. No colour or escape sequence ever goes into a pipe.',
      sh(
        'summary=$(sotto --no-stdin -f report.md "summarise in one line") || exit 1',
        'sotto -q -f main.c "review this" > review.md',
        'sotto --output json --no-stdin "hello" | jq -e .text',
      ),
      list(
        'Add `--no-stdin` where standard input may be open but silent.',
        'Name the model with `-m`, so that a changed default does not change your script.',
        'Keys come from the environment: put them into the secrets of your CI.',
        'What a script asks is saved like everything else. `export SOTTO_SAVE=false` or `--private` keeps it out of your conversations.',
        '`--timeout` and `--retries` bound how long it may take. `--schema` makes an answer that programs can read.',
      ),
    ),
  },
  {
    id: 'schema',
    title: 'Structured answers with a JSON schema',
    keywords: terms(
      'schema, --schema, json schema, structured output, structured, structured data, force json, valid json, extract data',
      'typed, strukturierte ausgabe, schéma, sortie structurée, esquema, salida estructurada, 结构化输出, 结构化, スキーマ, 構造化出力',
    ),
    body: text(
      '`--schema` takes a JSON Schema, as a file or right there, and the answer follows it:',
      sh(
        `sotto --schema '{"type":"object","required":["city"],\n  "properties":{"city":{"type":"string"}}}' \\\n  -f letter.txt "where was this written?"`,
        'sotto --schema invoice.schema.json -f invoice.txt "extract it" | jq .',
      ),
      'Where the provider takes a schema itself, it is used. Otherwise the model is told in words. Either way the answer is checked; one that does not fit is sent back once to be corrected. If it still does not fit, sotto says so and ends with exit code 4.',
      'I am no model, so `--schema` does not work with `-p guide`.',
    ),
  },
  {
    id: 'terminal',
    title: 'How answers look on the terminal',
    keywords: terms(
      'terminal, rendering, rendered, render markdown, highlighting, syntax highlighting, code blocks, tables, emoji, width',
      'garbled, escape sequences, raw markdown, turn off markdown, formatting, darstellung, affichage, rendu, visualización',
      '终端, 渲染, 显示, 端末, ターミナル, 表示',
    ),
    body: text(
      'On a terminal the answer is rendered while it streams: headings, lists, tables, quotes, links, and code with highlighting. Finished lines are printed once and stay in your scrollback.',
      'In a pipe you always get the bare text. To have that on the terminal too:',
      sh('sotto --output text "…"', 'sotto config set output text'),
      'Simple formulas of LaTeX (`$x^2 \\leq \\alpha$`) are drawn with the characters that a terminal has; `--output text` shows what the model wrote.',
      'Links can be clicked where the terminal is known to make them (OSC 8); elsewhere the address stands behind the text, whole. `hyperlinks` decides otherwise:',
      sh('sotto config set hyperlinks always', 'sotto config set hyperlinks never'),
      'What a model sends never reaches your terminal raw: control characters are made visible instead. In a pipe an answer stays as it is, and so does a value alone (`sotto config get system`). JSON has them as `\\u` escapes, which are the same value. In lists, titles and other names that hide something show it, in a pipe too: `<U+202E>`.',
    ),
  },
  {
    id: 'colour',
    title: 'Colors and themes',
    keywords: terms(
      'colour, color, colors, theme, dark, light, dark mode, light background, NO_COLOR, FORCE_COLOR, CLICOLOR, --color',
      'SOTTO_THEME, glyphs, box drawing, line characters, SOTTO_GLYPHS, no colours, unreadable, farbe, farben, dunkel, couleur, couleurs, thème, colores, tema, 颜色, 主题, テーマ, カラー',
    ),
    body: text(
      'Colors are used on a terminal and never in a pipe. `--color always`, `--color never` or `--color auto` decides otherwise; so do `NO_COLOR`, `FORCE_COLOR` and `CLICOLOR`.',
      'The chat asks your terminal what its background is. Other commands look at `COLORFGBG`, which some terminals set. Where neither says, text keeps its color and only bold, italic and underline are used: no one color can be read on dark and on light. Say it once, and every command uses colors:',
      sh('sotto config set theme light', 'sotto config set theme dark', 'sotto config set theme none', 'sotto --set theme=light "hello"'),
      'Every color is readable, at least 4.5 to 1, on the usual palettes: xterm, Solarized, Tango, VS Code, One and Gruvbox, dark and light. Terminals with 16 colors get none. `SOTTO_THEME` and `SOTTO_COLOR` set the same from the environment.',
      'Lines and edges are `│ ─ …` in UTF-8 locales that are not Chinese, Japanese or Korean, where these signs may be two columns wide; there and everywhere else they are ASCII. To decide it yourself:',
      sh('sotto config set glyphs ascii', 'sotto config set glyphs unicode'),
    ),
  },

  // Control
  {
    id: 'parameters',
    title: 'Parameters: temperature, top-p, max-tokens, seed',
    keywords: terms(
      'parameter, parameters, temperature, temperature zero, top-p, top_p, topP, max-tokens, max_tokens, maxTokens',
      'max tokens, --temperature, --max-tokens, seed, sampling, creativity, creative, deterministic, reproducible, repeatable',
      'randomness, answer length, limit length, shorter answers, cut off, answer cut, truncated answer, temperatur',
      'température, paramètre, temperatura, parámetro, 温度, 参数, 最大长度, パラメータ, パラメーター',
    ),
    body: text(
      table(
        ['flag', 'meaning'],
        ['`--temperature`', '0 to 2; lower is steadier, higher is freer'],
        ['`--top-p`', '0 to 1; share of probability to choose from'],
        ['`--max-tokens`', 'most tokens of one answer'],
        ['`--seed`', 'a number for repeatable answers, where the model takes one'],
      ),
      sh('sotto --temperature 0 "extract the date: …"', 'sotto --max-tokens 200 "explain DNS"', 'sotto config set temperature 0.2'),
      'Not every model takes every knob: most that think take no temperature, for example. sotto knows which, and tells you with a notice when it leaves one out. `sotto models show MODEL` lists them.',
      'An answer that stops at the limit ends with the finish reason `length`; allow more with `--max-tokens`.',
    ),
  },
  {
    id: 'reasoning',
    title: 'Reasoning, effort and verbosity',
    keywords: terms(
      'reasoning, thinking, think, effort, --effort, reasoning effort, thoughts, show thoughts, show reasoning',
      'chain of thought, verbosity, --verbosity, think harder, think longer, shorter answer, longer answer, disable thinking',
      'nachdenken, denken, aufwand, raisonnement, réfléchir, razonamiento, pensar, 推理, 思考, 推論',
    ),
    body: text(
      '`--effort` says how much a model thinks before it answers. `--verbosity` says how long the answer should be.',
      sh(
        'sotto --effort high "find the flaw in this proof: …"',
        'sotto --effort none "translate: guten Morgen"',
        'sotto --verbosity low "what is DNS?"',
      ),
      list(
        'Effort: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. A model may take only some of them: `sotto models show MODEL`.',
        'Verbosity: `low`, `medium`, `high`.',
        'Thoughts are never part of the answer on stdout. `-v` shows them on stderr; `--output json` has them in `reasoning`.',
      ),
      'More effort costs more tokens and more time.',
    ),
  },
  {
    id: 'dry-run',
    title: 'Seeing a request without sending it',
    keywords: terms(
      'dry run, --dry-run, dry-run, preview, what would be sent, show request, inspect request, count tokens, estimate',
      'token count, how many tokens, tokens of a file, size of a file, without sending, probelauf, simuler, simulation',
      'simular, 预览, 试运行, トークン数, ドライラン',
    ),
    body: text(
      '`--dry-run` prints the request as it would be sent, with an estimate of its tokens and price. Nothing is sent, and keys are left out.',
      sh('sotto --dry-run "hello"', 'sotto --dry-run -m gpt-6-luna -f big.txt "summarise"'),
      'Good for checking which model would be asked, whether a long file fits, and what it will cost. With `-c` or `--resume` it shows how much of the conversation goes along. Nothing is saved either.',
    ),
  },
  {
    id: 'verbose',
    title: 'Seeing what happens: -v',
    keywords: terms(
      'verbose, -v, --verbose, debug, debugging, log, logging, details, trace, duration, how long it took, took, speed, slow',
      'request id, tokens used, quiet, ausführlich, fehlersuche, détails, débogage, depurar, detalles, 调试, 日志, 详细, デバッグ, 詳細',
      'ログ',
    ),
    body: text(
      '`-v` tells on stderr what sotto does; the answer on stdout stays the same.',
      sh('sotto -v "hello"'),
      'You see which provider and model are asked, the thoughts of models that think, each failed attempt, and at the end the tokens, the cost, the time to the first token and the reason why the model stopped. Keys are never shown.',
      '`-q` is the opposite: errors only.',
    ),
  },
  {
    id: 'cost',
    title: 'What it costs',
    keywords: terms(
      'fee, cost, price, prices, pricing, money, dollar, dollars, expensive, cheap, billing, bill, how much, spend, spent',
      'usage cost, kosten, preis, preise, coût, coûter, coûte, prix, costo, coste, precio, 费用, 价格, 多少钱, 料金, 価格, コスト',
    ),
    body: text(
      'sotto itself costs nothing. Providers bill you for tokens; local models are free. `-v` shows the tokens and the cost of each answer:',
      sh(
        'sotto -v "hello"',
        'sotto --output json "hello" | jq .cost',
        'sotto --dry-run -f big.txt "summarise"',
        'sotto models show gpt-6-luna',
        'sotto list --min-cost 0.10',
      ),
      'Where a provider sends its own bill, that figure is used. Otherwise the tokens it reported are multiplied with the list price. If the price is not known, sotto says so; it never shows $0 for it.',
      '`sotto list` shows what each conversation has cost so far. Totals by day or by model and hard budgets are not in this version.',
    ),
  },
  {
    id: 'retries',
    title: 'Retries and timeouts',
    keywords: terms(
      'retry, retries, --retries, try again, timeout, --timeout, timed out, request timed out, give up, backoff, retry-after',
      'overloaded, 503, 529, 500, wiederholen, zeitüberschreitung, réessayer, délai, reintentar, reintento, tiempo de espera',
      '重试, 超时, リトライ, 再試行, タイムアウト',
    ),
    body: text(
      'A request that failed for a passing reason (network, timeout, overload, rate limit, an answer that broke off) is sent again, twice at most. The pauses grow, and a wait that the server asks for is kept. Each retry is announced on stderr.',
      sh('sotto --retries 5 "hello"', 'sotto --retries 0 "hello"', 'sotto --timeout 30 "hello"'),
      list(
        '`--timeout` is the longest silence in seconds, 300 by default. An answer that keeps coming may take as long as it likes.',
        'An answer that has already begun to appear is not begun again: you keep what you have, and the exit code is 4.',
        'A refused key or a wrong request is never repeated.',
        'A server that asks for more than a minute is not waited for; you are told how long it would take.',
      ),
      'For good: `sotto config set retries 5`, `sotto config set timeout 60`.',
    ),
  },
  {
    id: 'errors',
    title: 'What the errors mean',
    keywords: terms(
      'error, errors, error message, failed, failure, fails, kind of error, content filter, refused, refusal, invalid request',
      '400, does not work, not working, problem, troubleshooting, fehler, fehlermeldung, problem lösen, erreur, dépannage',
      'ne marche pas, fallo, no funciona, 错误, 报错, 故障, エラー, 動かない, 失敗',
    ),
    body: text(
      'An error says what happened, to what, and what to do next; where the provider gave a request id, it is there for its support.',
      table(
        ['kind', 'meaning', 'exit code'],
        ['`authentication`', 'the key is missing or was refused', '3'],
        ['`configuration`', 'a setting is missing or wrong, or conversations cannot be read or written', '3'],
        ['`network`, `timeout`', 'the provider was not reached or fell silent', '4'],
        ['`overloaded`', 'the provider is too busy', '4'],
        ['`protocol`', 'the answer broke off or made no sense', '4'],
        ['`rate_limit`, `quota`', 'too fast, or no credit left', '6'],
        ['`not_found`', 'the provider does not have that model', '5'],
        ['`context_length`', 'the text is too long for the model', '5'],
        ['`invalid_request`, `unsupported`', 'the model does not take this', '5'],
        ['`content_filter`', 'the provider withheld the answer', '5'],
        ['`usage`', 'the command line is wrong', '2'],
        ['`cancelled`', 'you stopped it', '130'],
        ['`internal`', 'a bug in sotto: please report it', '1'],
      ),
      'What a provider refused (exit code 5) stays in the conversation but is not sent again with the next question; one line says so. In the chat, `/retry` sends it once more.',
      'Ask me about the one you have: `sotto -p guide "401"`. And `-v` shows more.',
    ),
  },

  // Configuration
  {
    id: 'config',
    title: 'Configuration: list, get, set, unset, edit',
    keywords: terms(
      'config, configuration, configure, settings, setting, preferences, options, sotto config, config set, config get',
      'config edit, config list, unset, reset, configuration file, config file, save setting, change setting, editor',
      'einstellung, einstellungen, konfiguration, konfigurieren, réglage, réglages, paramètres, configuration du fichier',
      'configuración, ajustes, configurar, 配置, 设置, 配置文件, 設定, 設定ファイル',
    ),
    body: text(
      sh(
        'sotto config list',
        'sotto config get model',
        'sotto config set model gpt-6-luna',
        'sotto config unset temperature',
        'sotto config edit',
        'sotto config path',
      ),
      list(
        '`list` shows every setting, its value and where it comes from. `--json` gives it to programs.',
        '`set` and `unset` write the configuration file, after checking the value.',
        '`edit` opens the file in `$VISUAL` or `$EDITOR`, and checks it before it is saved. `path` says where the file is.',
      ),
      'For one run, any setting can be given with `--set`, also those without a flag of their own:',
      sh('sotto --set theme=light --set providers.openai.api=chat "hello"'),
    ),
  },
  {
    id: 'precedence',
    title: 'Which setting wins',
    keywords: terms(
      'precedence, priority, which setting wins, override, overrides, wins, order of settings, origin',
      'where does it come from, setting ignored, why is my setting ignored, not applied, --set, environment or file, vorrang',
      'reihenfolge, priorité, prioridad, 优先级, 覆盖, 優先順位, 優先',
    ),
    body: text(
      'From strongest to weakest:',
      [
        '1. a flag, such as `-m` or `--set KEY=VALUE`',
        '2. an environment variable, such as `SOTTO_MODEL`',
        '3. the profile in use',
        '4. the configuration file',
        '5. the default',
      ].join('\n'),
      '`sotto config list` shows for each setting which of them it comes from. If a setting seems to be ignored, look there first: often a variable in the environment is stronger.',
      sh('sotto config list', 'unset SOTTO_MODEL'),
    ),
  },
  {
    id: 'profiles',
    title: 'Profiles: named sets of settings',
    keywords: terms(
      'profile, profiles, --profile, SOTTO_PROFILE, work and home, work and private, separate settings',
      'several configurations, switch configuration, different accounts, two keys, profil, profile wechseln, profils, perfil',
      'perfiles, 配置档, 多套配置, プロファイル, プロフィール',
    ),
    body: text(
      'A profile is a named set of settings. Make one for work, one for quick questions, one for reviews:',
      sh(
        'sotto config set profiles.work.provider azure',
        'sotto config set profiles.work.model MY-DEPLOYMENT',
        'sotto config set profiles.quick.model gpt-6-luna',
        'sotto --profile work "hello"',
      ),
      'Use one all the time with `sotto config set profile work`, or in one terminal with `export SOTTO_PROFILE=work`. A profile can hold any setting, also those of providers: `profiles.work.providers.openai.url`.',
    ),
  },
  {
    id: 'folders',
    title: 'Where sotto keeps its files: SOTTO_HOME',
    keywords: terms(
      'data on macos, data on linux, data on windows',
      'config.json, where are files, folder, folders, directory, location, SOTTO_HOME, config path, data folder, where stored',
      'portable, xdg, move configuration, keys.json, ordner, speicherort, dossier, emplacement, carpeta, ubicación, 文件夹',
      '目录, 位置, フォルダ, 場所, 保存先',
    ),
    body: text(
      '`sotto config path` prints the configuration file, `sotto db path` the database of conversations. The folders:',
      table(
        ['', 'settings', 'data: conversations, keys, backups'],
        ['Linux', '`~/.config/sotto`', '`~/.local/share/sotto`'],
        ['macOS', '`~/Library/Application Support/sotto`', 'the same'],
        ['Windows', '`%APPDATA%\\sotto\\Config`', '`%LOCALAPPDATA%\\sotto\\Data`'],
      ),
      'In the data folder `sotto.db` holds the conversations and `keys.json` the keys; both are readable by you alone (mode 0600). Lists of models and prices are cached apart from both folders. On Linux the `XDG_…` variables are honoured. `SOTTO_HOME` puts everything into one folder instead:',
      sh('export SOTTO_HOME=~/sotto', 'sotto config path', 'sotto db path'),
    ),
  },
  {
    id: 'settings',
    title: 'Table of all settings',
    keywords: terms(
      'all settings, settings table, list of settings, settings reference, reference, environment variables, env variables',
      'all flags, flags, options reference, SOTTO_ variables, alle einstellungen, umgebungsvariablen, tous les réglages',
      "variables d'environnement, todas las opciones, variables de entorno, 所有设置, 环境变量, すべての設定, 環境変数",
    ),
    body: text(
      table(
        ['setting', 'flag', 'variable'],
        ['`model`', '`-m`', '`SOTTO_MODEL`'],
        ['`provider`', '`-p`', '`SOTTO_PROVIDER`'],
        ['`system`', '`-s`', '`SOTTO_SYSTEM`'],
        ['`temperature`', '`--temperature`', '`SOTTO_TEMPERATURE`'],
        ['`topP`', '`--top-p`', '`SOTTO_TOP_P`'],
        ['`maxTokens`', '`--max-tokens`', '`SOTTO_MAX_TOKENS`'],
        ['`seed`', '`--seed`', '`SOTTO_SEED`'],
        ['`effort`', '`--effort`', '`SOTTO_EFFORT`'],
        ['`verbosity`', '`--verbosity`', '`SOTTO_VERBOSITY`'],
        ['`output`', '`--output`', '`SOTTO_OUTPUT`'],
        ['`stream`', '`--no-stream`', '`SOTTO_STREAM`'],
        ['`retries`', '`--retries`', '`SOTTO_RETRIES`'],
        ['`timeout`', '`--timeout`', '`SOTTO_TIMEOUT`'],
        ['`stdinTimeout`', '`--stdin-timeout`', '`SOTTO_STDIN_TIMEOUT`'],
        ['`color`', '`--color`', '`SOTTO_COLOR`, `NO_COLOR`'],
        ['`theme`', '', '`SOTTO_THEME`'],
        ['`glyphs`', '', '`SOTTO_GLYPHS`'],
        ['`hyperlinks`', '', '`SOTTO_HYPERLINKS`, `FORCE_HYPERLINK`'],
        ['`keyBindings`', '', '`SOTTO_KEY_BINDINGS`'],
        ['`statusLine`', '', '`SOTTO_STATUS_LINE`'],
        ['`notify`', '', '`SOTTO_NOTIFY`'],
        ['`screenReader`', '`--screen-reader`', '`SOTTO_SCREEN_READER`'],
        ['`showReasoning`', '', '`SOTTO_SHOW_REASONING`'],
        ['`tools`', '`--tools`', '`SOTTO_TOOLS`'],
        ['`hosted`', '`--hosted`', '`SOTTO_HOSTED`'],
        ['`allow`', '`--allow`', '`SOTTO_ALLOW`'],
        ['`maxSteps`', '`--max-steps`', '`SOTTO_MAX_STEPS`'],
        ['`toolTimeout`', '', '`SOTTO_TOOL_TIMEOUT`'],
        ['`toolFolders`', '', '`SOTTO_TOOL_FOLDERS`'],
        ['`allowPrivateAddresses`', '', '`SOTTO_ALLOW_PRIVATE_ADDRESSES`'],
        ['`save`', '', '`SOTTO_SAVE`'],
        ['`backups`', '', '`SOTTO_BACKUPS`'],
        ['`titleModel`', '', '`SOTTO_TITLE_MODEL`'],
        ['`private`', '`--private`', '`SOTTO_PRIVATE`'],
        ['`quiet`', '`-q`', '`SOTTO_QUIET`'],
        ['`verbose`', '`-v`', '`SOTTO_VERBOSE`'],
        ['`aliases.NAME`', '', ''],
        ['`profiles.NAME.SETTING`', '', ''],
        ['`profile`', '`--profile`', '`SOTTO_PROFILE`'],
        ['`caFile`', '', '`SOTTO_CA_FILE`'],
        ['`proxy`', '', '`SOTTO_PROXY`, `HTTPS_PROXY`'],
        ['`httpProxy`', '', '`HTTP_PROXY`'],
        ['`noProxy`', '', '`SOTTO_NO_PROXY`, `NO_PROXY`'],
      ),
      'Below `providers.NAME`: `kind`, `url`, `api`, `key`, `headers`, `organization`, `project`, `apiVersion`, `model`, `models`, `contextWindow`, `keepAlive`, `enabled`.',
      'Those without a flag are reached with `--set KEY=VALUE`. `sotto config list` shows what each is set to.',
    ),
  },
  {
    id: 'keys',
    title: 'Keys and where they are kept',
    keywords: terms(
      'keys, sotto keys, keys set, keys list, keys delete, store key, delete key, remove key, change key, replace key',
      'key store, where are keys stored, key safe, secret, secrets, keychain, permissions, 0600, schlüssel löschen',
      'schlüssel speichern, supprimer la clé, stocker la clé, borrar clave, guardar clave, 删除密钥, 保存密钥, 密钥存储, キーの保存, キーの削除',
    ),
    body: text(
      sh('sotto keys set openai', 'sotto keys list', 'sotto keys delete openai'),
      list(
        '`set` asks for the key without showing it, or reads it from a pipe. It never takes a key as an argument: that would land in your shell’s history.',
        '`list` shows which providers have a key, where it comes from and which one is used. The keys themselves stay hidden.',
        '`delete` asks first; `--yes` skips the question.',
      ),
      'Stored keys are in a file of their own that only you can read (mode 0600). A key is looked for in the environment first, then in the configuration, then in that file. It is never printed, never logged, and sent to its own provider only. The same holds for passwords and parameters in addresses (`?subscription-key=…`): they are shown as `***`.',
    ),
  },
  {
    id: 'key-commands',
    title: 'Keys from a password manager',
    keywords: terms(
      'password manager, pass show, pass, 1password, op read, bitwarden, vault, key command, command for the key, keyring',
      'gopass, passwortmanager, gestionnaire de mots de passe, gestor de contraseñas, 密码管理器, パスワードマネージャー',
    ),
    body: text(
      'Instead of a key, name a command that prints it, with `!` in front. It runs only when that key is needed:',
      sh(
        `sotto config set providers.openai.key '!pass show openai'`,
        `sotto config set providers.anthropic.key '!op read op://ai/anthropic/key'`,
      ),
      'The key store takes one as well:',
      sh(`echo '!pass show openai' | sotto keys set openai`),
      "The first line that the command prints is the key; it has 30 seconds. `$NAME` in place of a key reads another variable of the environment: `sotto config set providers.lab.key '$TEAM_KEY'`.",
    ),
  },
  {
    id: 'privacy',
    title: 'Privacy: what leaves your machine',
    keywords: terms(
      'privacy, private, telemetry, tracking, data, my data, collect data, prompt stored, where do my prompts go',
      'leaves my machine, phone home, analytics, log my prompts, who sees, confidential, gdpr, datenschutz',
      'privatsphäre, telemetrie, confidentialité, vie privée, télémétrie, privacidad, telemetría, 隐私, 遥测, プライバシー, テレメトリ',
    ),
    body: text(
      'There is no telemetry. sotto makes only the requests you ask for: your prompt goes to the provider you chose, and to nobody else. Listing models asks the providers you have set up.',
      'On your own disk, readable by you alone, there are your conversations, your configuration, the keys you stored, and a cache of model lists and prices. `sotto delete` really deletes a conversation; `--private` writes nothing at all:',
      sh(
        'sotto --private "…"',
        'sotto config set save false           # nothing is saved from now on',
        'sotto -p ollama -m llama3.2 "…"      # stays on this machine altogether',
      ),
      'What a provider does with your prompt is up to its own terms.',
    ),
  },
  {
    id: 'proxy',
    title: 'Proxies',
    keywords: terms(
      'proxy server, needs a proxy, office network',
      'proxy, proxies, HTTPS_PROXY, HTTP_PROXY, NO_PROXY, ALL_PROXY, SOTTO_PROXY, corporate network, behind a proxy',
      'company network, firewall, noProxy, firmennetz, mandataire, serveur mandataire, proxy de empresa, 代理, 代理服务器, プロキシ',
    ),
    body: text(
      'The usual variables are honoured, so often there is nothing to do:',
      sh('export HTTPS_PROXY=http://proxy.example:3128', 'export NO_PROXY=localhost,.internal'),
      'Or keep it in the configuration:',
      sh('sotto config set proxy http://proxy.example:3128', 'sotto config set noProxy localhost,.internal'),
      '`SOTTO_PROXY` is for sotto alone. `httpProxy` is for `http://` addresses where that is another one. This machine itself is always reached directly. If the proxy opens encrypted traffic, it also needs its certificate: see “Certificates”.',
    ),
  },
  {
    id: 'certificates',
    title: 'Certificates',
    keywords: terms(
      'certificate, certificates, certificate authority, ca file, caFile, SOTTO_CA_FILE, tls, ssl, self-signed, self signed',
      'unable to verify, UNABLE_TO_VERIFY_LEAF_SIGNATURE, SELF_SIGNED_CERT_IN_CHAIN, https error, pem, zertifikat',
      'zertifikate, certificat, certificado, 证书, 自签名, 証明書, 自己署名',
    ),
    body: text(
      'A company proxy or a server of your own may use a certificate that your machine does not know. Name the PEM file of its authority; it is trusted besides the usual ones:',
      sh('sotto config set caFile /etc/ssl/company-ca.pem', 'export SOTTO_CA_FILE=/etc/ssl/company-ca.pem   # from the environment'),
      'Your administrator has that file. sotto has no switch to turn the check off: that would show your key to anyone on the way.',
    ),
  },

  // Troubleshooting
  {
    id: 'no-provider',
    title: 'No provider is set up (exit code 3)',
    keywords: terms(
      'no provider, no provider is set up, nobody to ask, nothing configured, not set up, there is no key, no key for',
      'missing key, is not set up, kein anbieter, kein schlüssel, aucun fournisseur, aucune clé, ningún proveedor, 没有提供商',
      '没有密钥, プロバイダがない, キーがない',
    ),
    body: text(
      'sotto found no key and no server to ask, so it sent nothing. See what it looked for:',
      sh('sotto providers', 'sotto keys list'),
      'Then connect one: a key, a local model, or a server of your own.',
      sh('sotto keys set openai', 'sotto -p openai "hello"'),
      'A variable you have just added to `~/.bashrc` or `~/.zshrc` is there in new terminals only. In cron, CI and desktop launchers your shell’s variables are missing: use `sotto keys set` there.',
    ),
  },
  {
    id: 'key-refused',
    title: 'The key was refused (401, 403)',
    keywords: terms(
      '401, 403, unauthorized, forbidden, invalid key, invalid api key, incorrect api key, key refused, refused the key',
      'key rejected, wrong key, permission denied by provider, authentication, authentication error, expired key',
      'schlüssel abgelehnt, ungültiger schlüssel, clé refusée, clé invalide, clave inválida, clave rechazada, 密钥无效, 密钥被拒绝',
      'キーが無効, 認証エラー',
    ),
    body: text(
      'The provider does not accept the key. Look where it comes from; a forgotten variable is the usual reason, because the environment wins over stored keys:',
      sh('sotto keys list', 'sotto keys set openai'),
      list(
        'Copy the key again, as one line without spaces.',
        'Is it a key for this provider, and for this address? A changed `OPENAI_BASE_URL` sends it elsewhere.',
        'Was it deleted, or is it for another project or organization?',
        '403 often means: a good key that may not use this model. When sotto names an address that answered with a web page, it was a firewall or a proxy; when it names a country or a region, the provider does not serve yours. The key is then not the problem.',
        'Azure wants the key of the same resource as the endpoint.',
      ),
    ),
  },
  {
    id: 'rate-limit',
    title: 'Too many requests, or no credit (429)',
    keywords: terms(
      'out of credits, ran out of credit, running out',
      '429, rate limit, rate limited, too many requests, quota, exceeded your current quota, insufficient_quota, no credit',
      'credit, exceeded, limit reached, throttled, 402, zu viele anfragen, kontingent, guthaben, trop de requêtes',
      'quota dépassé, demasiadas solicitudes, límite, cuota, 请求过多, 限流, 额度, 配额, レート制限, リクエストが多すぎる',
    ),
    body: text(
      'Two different things wear the number 429. The message tells which.',
      '**Rate limit**: too fast. sotto waits and tries again by itself. In a loop, do less at once, or allow more attempts:',
      sh('sotto --retries 6 "…"'),
      '**Quota**: the account has no credit left, or no payment method. Trying again is of no use, so sotto does not. Add credit on the provider’s billing page. A ChatGPT or Claude subscription does not pay for the API.',
      'Both end with exit code 6. Another provider may help for now: `sotto -p groq "…"`.',
    ),
  },
  {
    id: 'context-length',
    title: 'The text is too long for the model',
    keywords: terms(
      'input too long, context too long, context length, context length exceeded, context_length_exceeded, too long',
      'too many tokens, prompt too long, maximum context, large file, long document, does not fit, kontext zu lang, zu lang',
      'trop long, contexte trop long, demasiado largo, contexto, 上下文太长, 太长, 超出上下文, 長すぎる, コンテキスト',
    ),
    body: text(
      'Question, files and answer together must fit into the model’s context window. Look how large both are:',
      sh('sotto --dry-run -f big.txt "summarise"', 'sotto models show gpt-6-luna'),
      list(
        'Send less: `head -c 200000 big.txt | sotto "summarise"`.',
        'Take a model with a larger window: `sotto models` lists them.',
        'Ask for a shorter answer: `--max-tokens 1000`.',
        'With `-c` and `--resume` the whole conversation goes along. Begin a new one, or fork it at an earlier message: `sotto fork ID --at 12`.',
        'Ollama: a larger window has to be asked for, `sotto config set providers.ollama.contextWindow 32768`.',
      ),
      'The exit code is 5, and nothing was cut off silently.',
    ),
  },
  {
    id: 'no-answer',
    title: 'Nothing answers: network and connection',
    keywords: terms(
      'reach the server, cannot reach',
      'network, network error, connection, connection refused, cannot connect, not reachable, unreachable, ECONNREFUSED',
      'ENOTFOUND, ETIMEDOUT, dns, nothing answers, no answer, no response, empty answer, fetch failed, internet, stuck',
      'netzwerk, keine verbindung, keine antwort, réseau, connexion refusée, pas de réponse, red, sin conexión, sin respuesta',
      '网络, 连接失败, 没有回应, 无法连接, ネットワーク, 接続できない, 応答がない',
    ),
    body: text(
      'See what was asked, and where:',
      sh('sotto -v "hello"', 'sotto providers', 'sotto config get providers'),
      list(
        'Connection refused: nothing listens at that address. Is the server running? `ollama serve`, llama-server, LM Studio’s server switch.',
        'Name not found: a slip in the address, or no network. `sotto config list` shows the address and where it comes from.',
        'In a company network: a proxy or a certificate may be needed.',
        'In a container: `localhost` is the container itself. Use the host’s name, often `host.docker.internal`.',
        'Silence: give up sooner with `--timeout 30`. A large local model may need a minute to load.',
      ),
      'If sotto waits before it asks anything, it is waiting for standard input: add `--no-stdin`.',
    ),
  },
  {
    id: 'model-unknown',
    title: 'The model is not known (404)',
    keywords: terms(
      '404, model not found, unknown model, no configured provider knows, does not exist, model does not exist, not found',
      'wrong model name, deprecated model, new model, modell nicht gefunden, modèle introuvable, modelo no encontrado, 找不到模型',
      '模型不存在, モデルが見つからない',
    ),
    body: text(
      'Either no provider you have set up knows the name (exit code 2), or the provider itself does not have it (exit code 5). See what there is:',
      sh('sotto models', 'sotto providers'),
      list(
        'Mind the spelling; sotto shows near matches.',
        'Models end: `sotto models show MODEL` tells the day and the successor, `sotto models list --all` shows also those that have ended. A default or an alias that ends within 60 days says so once a day.',
        'The model’s provider may not be set up: `sotto keys set PROVIDER`.',
        'A brand-new model: name its provider, and the name is passed on unchecked: `sotto -p openai -m NEW-MODEL "hello"`.',
        'Azure wants the name of your deployment. Ollama wants a model that you have pulled: `ollama list`.',
        'When sotto names the address that answered 404, it is the base URL: most end in `/v1`. The address of one call (`…/v1/chat/completions`) is shortened, and sotto says so.',
      ),
    ),
  },
  {
    id: 'command-not-found',
    title: 'sotto: command not found',
    keywords: terms(
      'command not found, sotto not found, not recognized, is not recognized, PATH, EACCES, npm link fails',
      'permission denied npm, befehl nicht gefunden, commande introuvable, comando no encontrado, 找不到命令, 命令不存在, コマンドが見つからない',
    ),
    body: text(
      'The shell does not see the folder into which npm puts commands. In the checkout, link it, then open a new terminal:',
      sh('npm link', 'npm prefix -g      # its folder bin must be on your PATH'),
      'If npm may not write there (EACCES), give it a folder of your own instead of using sudo:',
      sh('npm config set prefix ~/.local', 'export PATH="$HOME/.local/bin:$PATH"   # keep it in ~/.bashrc or ~/.zshrc', 'npm link'),
      'Without a link, `node bin/sotto.js "hello"` in the checkout does the same, once `npm run build` has built it.',
    ),
  },
  {
    id: 'node-version',
    title: 'Node is too old',
    keywords: terms(
      'node, node version, nodejs, node too old, node 18, node 20, needs node, old node, SyntaxError at start, nvm, fnm',
      'unsupported engine, EBADENGINE, node zu alt, version de node, versión de node, node版本, nodeのバージョン, ノード',
    ),
    body: text(
      'sotto needs Node 22.14 or newer:',
      sh('node --version', 'nvm install 24      # or: fnm install 24, or an installer from nodejs.org'),
      'A checkout brings a newer Node along and uses it when your own is too old, so there `npm install` and `npm run build` are enough. If several versions are installed, `command -v node` says which one your shell finds.',
    ),
  },

  // About
  {
    id: 'guide',
    title: 'About me, the guide',
    keywords: terms(
      'guide, -p guide, built-in guide, who are you, what are you, are you an ai, are you a model, are you chatgpt',
      'are you real, your name, what do you know, wer bist du, qui es-tu, quién eres, 你是谁, あなたは誰',
    ),
    body: text(
      'I am the manual of sotto with a search in front. I need no key and no network, and I send nothing anywhere. I am not a language model: I do not think, I look up.',
      sh('sotto -p guide "how do I use a proxy?"', 'sotto -p guide contents'),
      'With `--tools` I also call what you plainly ask for, and pass on what it says: `sotto -p guide --tools calculate "what is 12*12?"`. That needs no understanding, only patterns.',
      'So I know sotto and nothing else. If I have no section about something, I say so. I take each question by itself, also with `-c`, and answer in English. What you ask me is saved like any other conversation. I am never picked silently: `sotto "…"` asks me only when you say `-p guide`. In the chat I answer until a model is set up.',
    ),
  },
  {
    id: 'not-yet',
    title: 'What is not there yet',
    keywords: terms(
      'bash completion, zsh completion, not yet, planned, roadmap, coming, missing feature, memory, long-term memory, budget',
      'spending limit, usage report, fallback, provider is down, remember about me, compare models, summarise conversation, batch, serve, completion, shell completion',
      'tab completion, autocomplete, personas, embeddings, text to speech, voice',
    ),
    body: text(
      'Not in this version:',
      list(
        'budgets, usage reports and fallback to another provider;',
        'memory across conversations, personas, summaries;',
        'comparing models, batches and a server;',
        'shell completion;',
        'running a model file by itself.',
      ),
      'What is there: `sotto help` lists the commands, and only those that work. For all I can explain: `sotto -p guide contents`.',
    ),
  },
];

/** Everything the guide can talk about. */
export const SECTIONS: readonly Section[] = [
  ...WRITTEN,
  {
    id: 'contents',
    title: 'Contents of the manual',
    keywords: terms(
      'contents, table of contents, topics, all sections, index, what can i ask, what can you explain, list of topics, inhalt',
      'inhaltsverzeichnis, themen, sommaire, table des matières, contenido, índice, temas, 目录, 目次',
    ),
    body: text('Ask about any of these, in your own words:', list(...WRITTEN.map((section) => section.title))),
  },
];
