/** The part of the manual about tools: what models may call, what is asked first, tools of one's own, those of providers, and MCP. */
import { json, list, type Section, sh, table, terms, text } from './guide-text.ts';

export const TOOL_SECTIONS: readonly Section[] = [
  {
    id: 'tools',
    title: 'Tools: letting a model act',
    keywords: terms(
      'whole folder, read a directory, read a folder, project folder',
      'tools, tool, tool calls, tool use, function calling, functions, agent, --tools, --no-tools, SOTTO_TOOLS, use tools, enable tools, turn on tools, switch on tools, disable tools, built-in tools, /tools',
      'let the model read files, read my files, run commands, write files, edit files, calculator, list of tools, which tools are there, do math, mathematics, --max-steps, maxSteps, toolTimeout, werkzeuge, werkzeuge einschalten, schalte werkzeuge ein',
      'outils, appel de fonctions, herramientas, 工具, 函数调用, ツール, 関数呼び出し',
    ),
    inChat: '`/tools` switches them on and off.',
    body: text(
      'A model gets no tool unless you say so. `--tools` names them, in `sotto ask`, `sotto chat` and pipes:',
      sh(
        'sotto --tools read "what does this project do?"',
        'sotto --tools current_time,calculate "how many days until Christmas?"',
        'sotto chat --tools all',
        'sotto config set tools read        # for good; --no-tools leaves them out',
      ),
      table(
        ['tool', 'what it does', 'asks first'],
        ['`current_time`, `calculate`', 'the time, anywhere; exact arithmetic', 'no'],
        ['`read_file`, `list_files`, `search_files`', 'read in the working folder', 'no'],
        ['`fetch_page`', 'a web page as Markdown', 'yes'],
        ['`write_file`, `edit_file`', 'change files, with the difference shown', 'yes'],
        ['`run_command`', 'a shell command in the working folder', 'yes'],
      ),
      '`read` is all that only reads, `all` everything, `own` yours, `mcp` those of servers, `NAME__*` one server’s. In the chat `/tools` switches them on and off. Calls run side by side, each for 30 seconds at most (setting `toolTimeout`); a turn has 20 rounds at most (`--max-steps`). Their names and results are on stderr, never in stdout.',
    ),
  },
  {
    id: 'approval',
    title: 'What asks first: approvals and rules',
    keywords: terms(
      'approval, approvals, approve, permission, permissions, ask before, asks before running, allow a tool, always allow, rule, rules, stop asking, stop asking me, sotto tools rules, sotto tools forget, take back a rule',
      'revoke, revoke a rule, yes to a tool, deny a tool, say no with a reason, erlaubnis, genehmigung, regel, autorisation, permiso, permisos, 批准, 权限, 承認, 許可',
    ),
    body: text(
      'Reading in the working folder runs unasked. Whatever writes, runs programs, reaches the network or belongs to an MCP server asks you, with what it would do. The keys:',
      table(
        ['key', 'meaning'],
        ['`y`', 'yes, this once'],
        ['`c`', 'yes, in this conversation'],
        ['`a`', 'always: kept as a rule; what it will cover stands below: a folder, a host, or exactly this command in this folder'],
        ['`n`, Esc', 'no; the model is told'],
        ['`r`', 'no, with a reason that goes to the model'],
        ['`v`', 'show all of it first, where it is longer than the panel'],
      ),
      'What you approve is written out exactly: a control, invisible or look-alike character stands there as a sign such as `␍`, `␛` or `⟨U+200B⟩`, a tab as `␉`, a space at the end of a line as `␠`. `↳` marks a row that goes on with the line above it.',
      'A question that comes while you type is not answered by your line: finish it with Enter, or press Tab to answer. Keys that come before it can have been read go into the line, too.',
      'In `sotto ask` on a terminal, and in a chat in plain lines, a reason is typed behind the `n`; `c` is good for this run of `ask`. See and take back what runs unasked:',
      sh('sotto tools rules', `sotto tools forget 'fetch_page(docs.example.com)'`, 'sotto tools forget --all'),
      '`c` and `a` cover the same. Of a file it is its folder and below, but nothing that is hidden there (`.github`, `.vscode`, `.bashrc`): that asks by itself, as does a file in the home folder. Of a page it is its host, by `https://` or by `http://` as it was asked. Of a command it is the very command, also when a script that it runs has changed by then. Only `ls`, `cat`, `head`, `tail`, `wc`, `pwd`, `date`, `uname` and `whoami` are covered with other words: options that sotto knows, and files in the working folder that hold no secrets, looked at whenever they are named. A yes to a tool of an MCP server, or of your own, is good while its server, description and file stay as they are; then it says that it has changed, and asks again.',
      'Rules from before that allow nothing any more are kept, and `sotto tools rules` marks them: "asks again". Rules of your own: `--allow` for one run, or `sotto config set allow "run_command(npm test)"`. A `*` in such a pattern stands for any text.',
    ),
  },
  {
    id: 'tools-in-pipes',
    title: 'Tools in pipes and scripts: --allow',
    keywords: terms(
      '--allow, SOTTO_ALLOW, allow list, tools in a pipe, tools in scripts, tools in ci, tools without asking, run tools unattended, run unattended, tool was refused, nobody can be asked, needs approval, non-interactive tools',
      'allow a command in a script, allow a command in a pipe, allow git log, allow git, allow npm test, werkzeuge in skripten, ohne nachfrage, outils dans un script, sans demander, herramientas en scripts, sin preguntar, 脚本中的工具, スクリプトでツール',
    ),
    body: text(
      'In a pipe nobody can be asked, so nothing that asks runs unless `--allow` names it. The refusal goes to the model and to stderr, and the answer still comes:',
      sh(
        'sotto --tools all --allow "run_command(npm test)" \\\n  "do the tests pass, and if not, why?"',
        'sotto --tools fetch_page --allow "fetch_page(docs.example.com)" \\\n  "what is new there?" > new.md',
        'sotto --tools write_file --allow "write_file(docs/*)" --no-stdin \\\n  "write docs/intro.md"',
      ),
      list(
        'A name alone allows every call of that tool, `NAME(PATTERN)` those whose command, path or host fits; `*` stands for anything.',
        'For good: the setting `allow`, or `SOTTO_ALLOW` in the environment.',
        '`--output json` has every call in `toolCalls`, with its arguments and result.',
      ),
      'With `sotto "…"` on a terminal you are asked, also when stdout goes to a file.',
    ),
  },
  {
    id: 'tools-command',
    title: 'sotto tools: list, show and run tools by hand',
    keywords: terms(
      'sotto tools, tools list, tools show, tools run, list tools, show a tool, run a tool by hand, test a tool, try a tool, tool tokens, how many tokens do tools cost, schema of a tool, dry run of a tool, werkzeuge auflisten, lister les outils, listar herramientas',
    ),
    body: text(
      sh(
        'sotto tools list',
        'sotto tools show run_command',
        'sotto tools run calculate "2^64 - 1"',
        'sotto tools run read_file README.md',
        `sotto tools run fetch_page '{"url": "https://example.com", "page": 2}'`,
      ),
      list(
        '`list` names what there is: built in, your own, those of MCP servers, and which of them ask. `--json` for programs.',
        '`show` tells what one tool takes and may reach, and the tokens its description costs in each request.',
        '`run` runs one; typing it is the approval. Arguments are flags, words, one JSON object, or `-` for JSON from stdin. `--dry-run` only says what it would do. Exit code 5 when the tool fails.',
      ),
    ),
  },
  {
    id: 'own-tools',
    title: 'Tools of your own: modules and programs',
    keywords: terms(
      'own tool, own tools, write a tool, custom tool, my own tool, make a tool, create a tool, add a tool, tool in python, tool in bash, tool in typescript, javascript tool, executable, --describe, describe itself, plugin, plugins, extension, extend sotto',
      'tools folder, .sotto/tools, zod, eigenes werkzeug, werkzeug schreiben, outil personnalisé, écrire un outil, herramienta propia, 自定义工具, 插件, 自作ツール, プラグイン',
    ),
    body: text(
      'A file in the folder `tools` beside the configuration file is a tool; so is one in `.sotto/tools` of a folder that you trust. Either a module (`.mjs`, `.js`, `.ts`) that exports a definition, or a list of them:',
      [
        '```js',
        'export default {',
        "  name: 'weather', description: 'Weather of a city',",
        '  parameters: {',
        "    type: 'object', required: ['city'],",
        "    properties: { city: { type: 'string' } },",
        '  },',
        "  access: 'network',",
        '  run: async ({ city }, { signal }) => {',
        "    const page = 'https://weather.example/' + city;",
        '    const answer = await fetch(page, { signal });',
        '    return answer.text();',
        '  },',
        '};',
        '```',
      ].join('\n'),
      'Or any executable file, a script too:',
      list(
        '`PROGRAM --describe` prints JSON with `name`, `description`, `parameters` (a JSON Schema of an object) and `access`; `env` names variables it needs although they look like keys.',
        'A call gives it the arguments as JSON on stdin, in the working folder. What it prints is the result: text, or `{"output": "…", "failed": true}`. stderr is progress; another exit code than 0 is a failure.',
        '`access` is `none`, `read`, `write`, `execute`, `network` or `mcp`; the last four ask first.',
      ),
      sh(
        'sotto config path                  # tools/ is beside this file',
        'sotto tools list',
        `sotto tools run weather '{"city": "Lima"}'`,
        'sotto --tools weather "do I need an umbrella in Lima?"',
      ),
    ),
  },
  {
    id: 'trust',
    title: 'Trusting the tools of a folder',
    keywords: terms(
      'trust, trusted folder, sotto tools trust, untrust, sotto tools untrust, trust a folder, trust this folder, trust a project, project tools, tools of a project, tools of a repository, .mcp.json of a project, not trusted',
      'is it safe to clone a repository, vertrauen, ordner vertrauen, faire confiance, confiar, 信任, 信頼',
    ),
    body: text(
      'A folder may bring tools in `.sotto/tools` and MCP servers in `.mcp.json` or `.sotto/mcp.json`. They are programs, so nothing of them is loaded, let alone run, until you have said that you trust the folder:',
      sh('sotto tools trust', 'sotto tools trust ~/projects/shop', 'sotto tools untrust ~/projects/shop'),
      'It shows first what would run: each tool, each command of a server, the files of the project that they load (modules, packages, what a script sources or starts, what an argument names), what is not checked, such as what `npx` fetches, and where servers are asked: addresses, headers and what is used to sign in stand there as they are written, so you see which of your variables would be sent to whom. On a terminal it asks; `--yes` does not. Trust is about that folder alone, not those inside of it.',
      'All those files are looked at again before each start of a tool or a server. When one has changed, nothing of the folder runs until you have trusted it again; sotto names what changed. A module may load only files that were looked at. What a program loads by a name that does not stand in its text, or fetches, cannot be checked.',
    ),
  },
  {
    id: 'tool-safety',
    title: 'Safety of tools: folders, secrets, addresses',
    keywords: terms(
      'safety, safe, security, sandbox, is it safe, dangerous, toolFolders, SOTTO_TOOL_FOLDERS, outside of the working folder, outside the folder, other folders, grant a folder, secrets files, .env file, private addresses, allowPrivateAddresses',
      'localhost, fetch localhost, internal address, private network, can it delete my files, can a model read my keys, api keys in commands, prompt injection, sicherheit, gefährlich, sécurité, seguridad, 安全, 安全性, セキュリティ',
    ),
    body: text(
      list(
        'Files: tools read and write in the working folder, links followed to where they really lead. Reading elsewhere asks; writing elsewhere is refused. Grant more folders with `sotto config set toolFolders ~/notes`.',
        'Secrets: files of variables (`.env`), private keys, passwords, tokens, credentials, cookies, Terraform’s variables and states, MCP servers, shell histories and sotto’s own files are not read, wherever they are, nor copies of them (`.env~`, `keys.txt.bak`).',
        'Pages: addresses of this machine and of private networks are refused, also after a redirect. `sotto config set allowPrivateAddresses true` lets them be fetched.',
        'Commands run as you, after your yes, without input and without variables that look like keys. They are not in a sandbox: look at what is asked.',
        'What a tool returns is text to the model, and may try to talk it into something: that is why changes ask. Endless calls are stopped by limits.',
      ),
      'Long output is cut for the model; the rest goes into a file that it can read. Calls and results are saved with the conversation: `sotto show --tool-output`.',
    ),
  },
  {
    id: 'hosted-tools',
    title: 'Tools of the provider: --hosted',
    keywords: terms(
      'generate an image, generate images, image generation, draw a picture, make a picture, dall-e, stable diffusion, midjourney, news, current events, up to date, knowledge, knowledge cutoff, open websites, open a website, run code, execute code, read a website',
      '--hosted, hosted, hosted tools, SOTTO_HOSTED, web search, search the web, search the internet, browse, browse the web, internet access, file_search, file search, vector store, code_interpreter, code interpreter, web_search, web_fetch, code_execution',
      'provider tools, mcp connector, citations, cite its sources, im web suchen, websuche, recherche web, chercher sur le web, buscar en la web, búsqueda web, 网络搜索, 联网搜索, ウェブ検索',
    ),
    body: text(
      'Some providers run tools on their own side. Name them with `--hosted`:',
      sh(
        'sotto -p openai --hosted web_search "what happened in Lima today?"',
        'sotto -p openai --hosted "file_search(vs_123)" "what does section 3 say?"',
        'sotto -p openai --hosted "file_search(vs_123, max=5, year>=2020)" \\\n  "what changed?"',
        'sotto -p anthropic --hosted "web_search(wikipedia.org),code_execution" \\\n  "plot the population of Peru"',
        'sotto -p openai --hosted "mcp(docs=https://example.com/mcp)" \\\n  "how do I log in?"',
      ),
      table(
        ['provider', 'has'],
        ['`openai`, Responses API', '`web_search`, `file_search`, `code_interpreter`, `image_generation`, `mcp`'],
        ['`anthropic`', '`web_search`, `web_fetch`, `code_execution`, `mcp`'],
        ['`openrouter`', '`web_search`'],
      ),
      '`file_search` takes stores, `max` (passages, 1 to 50) and attributes of files to compare: `author=Ann`, `year>=2020`, `draft!=true`. What it found has a score and its text: a line each in the chat and with `-v`, all of it as `passages` in `--output json`.',
      'They run at the provider, are never asked about here, and may cost extra: what has a list price is in the cost, otherwise it says `≥`. Where an API does not have one, the request is refused with the names it has. Sources are kept with the answer. In the chat: `sotto chat --hosted web_search`. For good: `sotto config set hosted web_search`.',
    ),
  },
  {
    id: 'mcp',
    title: 'MCP servers: more tools',
    keywords: terms(
      'mcp, mcp server, mcp servers, model context protocol, sotto mcp, mcp add, mcp list, mcp check, mcp remove, mcp login, mcp logout, oauth, elicitation, a server asks me, sign in to a server, sign in to an mcp server, log in to an mcp server, wants you to sign in, sse server, mcp.json, mcpServers, add an mcp server, connect an mcp server, use mcp, claude desktop config, cursor mcp, github mcp',
      'filesystem server, stdio server, http server, remote mcp server, server does not start, mcp-server hinzufügen, ajouter un serveur mcp, añadir un servidor mcp, MCP服务器, MCPサーバー',
    ),
    body: text(
      'A server of the Model Context Protocol brings tools, resources and prompts. A program, or an address:',
      sh(
        'sotto mcp add files -- \\\n  npx -y @modelcontextprotocol/server-filesystem ~/notes',
        `sotto mcp add docs https://example.com/mcp \\\n  --header 'Authorization=Bearer \${DOCS_TOKEN}'`,
        'sotto mcp list',
        'sotto mcp check files',
        'sotto mcp remove files',
        'sotto mcp login docs',
        'sotto --tools mcp "what do my notes say about pears?"',
      ),
      'They stand in `mcp.json` in the configuration folder, in the form that other clients use, so theirs can be copied:',
      json(
        '{"mcpServers": {',
        '  "files": {"command": "npx", "args": ["-y", "PACKAGE"], "env": {}},',
        '  "web": {"type": "http", "url": "https://…", "headers": {}}',
        '}}',
      ),
      list(
        'Files of Claude, Cursor, Windsurf, Cline and Gemini are read (`mcpServers`), of VS Code (`servers`, `inputs`, `envFile`), Zed (`context_servers`) and OpenCode (`mcp`), with comments. An entry that cannot be used is named, and the others work.',
        `\`\${NAME}\`, \`\${NAME:-otherwise}\` and \`\${env:NAME}\` stand for variables of your environment, \`\${workspaceFolder}\` for the folder that you are in, \`\${userHome}\` for yours; \`\${input:ID}\` is asked for once on a terminal and kept beside your keys. A server gets none of your keys but what its \`env\` names.`,
        'Its tools are called `files__NAME`; `--tools "files__*"` takes them all. Each call asks first.',
        'Servers start in the background when they are needed; what they offer is remembered. A dead one is one line, and is started again.',
        'Your own are started in your home folder, or in the one that `cwd` (`--cwd`) says, `.` for the one that you are in: what a folder holds has no say in what npx or python run. Where the words of `mcp add` name files of the folder that you are in, it says that folder.',
        'A server at an address may want you to sign in: `sotto mcp login NAME` opens the browser and waits for it on 127.0.0.1. Without one, as over SSH, it prints the address, and you paste the one that the browser ends at. The sign-in is kept beside your keys, renewed by itself, never sent to another server; `sotto mcp logout NAME` forgets it. The chat, and `ask` on a terminal, offer it by themselves. One that registers no clients needs `"oauth": {"clientId": "…", "callbackPort": 8976}` in its entry.',
        'A server may ask you something in the middle of a call: its name and all that it wants are shown, then `y` or `n`, then each field; Esc or Ctrl+C calls it off. In a pipe it is declined, and said. No server should ask for a password or a key in this way.',
        '`sotto mcp check` starts them and tells what is wrong; exit code 4 when one does not work.',
      ),
    ),
  },
  {
    id: 'mcp-prompts',
    title: 'Prompts and resources of MCP servers',
    keywords: terms(
      'mcp prompts, mcp resources, prompts of a server, resources of a server, mcp prompt, mcp resource, attach a resource, resource as attachment, server prompt, /server:prompt, @server, prompts und ressourcen, invites mcp, recursos mcp, MCP提示, MCP资源, MCPプロンプト',
    ),
    body: text(
      'In the chat a server’s prompts are commands, and its resources are attachments:',
      list(
        '`/files:summary topic=pears` makes the prompt `summary` of the server `files` into what is sent; arguments that are missing are asked for. `/files:` alone lists its prompts.',
        '`@files:ADDRESS` in a prompt attaches that resource. Tab after `@files:` shows what there is, and `/attach files:` lets you choose.',
        'Both work while `--tools` names none of the server’s tools: they are your choice, not the model’s.',
      ),
      'Outside of the chat: `sotto mcp check files` lists what a server offers.',
    ),
  },
];
