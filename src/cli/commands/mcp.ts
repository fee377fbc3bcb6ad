/** `sotto mcp`: add, list, remove and check the servers that bring tools, resources and prompts. */
import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { collect, addSettingOptions as withSettings } from '../options.ts';

export function mcpCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('mcp')
    .description('servers of the Model Context Protocol: more tools, resources and prompts')
    .addHelpText('after', EXAMPLES);
  const add = command
    .command('add')
    .description('add a server: a program after --, or an address')
    .usage('[options] <name> (<url> | -- <program> [arguments...])')
    .argument('<name>', 'the name that its tools begin with')
    .argument('[words...]', 'the address, or after -- the program and its arguments')
    .option('--env <name=value>', 'variable for the program (repeatable)', collect)
    .option('--header <name=value>', 'header of each request to the address (repeatable)', collect)
    .option('--cwd <folder>', 'folder that the program is started in; "." is the one that you are in by then (default: your home folder)')
    .option('--replace', 'also where there is one of that name')
    .option('--no-check', 'do not start it to see whether it works')
    .addHelpText('after', ADD_EXAMPLES);
  withSettings(add, ['quiet', 'profile']);
  add.action(async (name: string, words: string[]) => (await import('../mcp-change.ts')).addServer({ name, words, command: add, context }));
  const list = command
    .command('list')
    .description('the servers, what they are reached with, and how many tools they had last')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto mcp list\n  sotto mcp list --json | jq -r ".servers[].name"\n');
  withSettings(list, ['color', 'profile']);
  list.action(async () => (await import('../mcp-list.ts')).listServers(list, context));
  command
    .command('remove')
    .description('take a server out of your configuration')
    .argument('<name>', 'see sotto mcp list')
    .addHelpText('after', '\nExample:\n  sotto mcp remove files\n')
    .action(async (name: string) => (await import('../mcp-change.ts')).removeServer(name, context));
  const login = command
    .command('login')
    .description('sign in to a server at an address, in the browser')
    .argument('<name>', 'see sotto mcp list')
    .option('--scope <names>', 'rights to ask for, with spaces between them, instead of those that the server names')
    .option('--no-browser', 'print the address to open instead of opening it')
    .addHelpText('after', LOGIN_EXAMPLES);
  withSettings(login, ['quiet', 'profile']);
  login.action(async (name: string) => (await import('../mcp-login.ts')).loginServer({ name, command: login, context }));
  command
    .command('logout')
    .description('forget a sign-in, and what was typed for the server')
    .argument('<name>', 'see sotto mcp list')
    .addHelpText('after', '\nExample:\n  sotto mcp logout docs\n')
    .action(async (name: string) => (await import('../mcp-login.ts')).logoutServer(name, context));
  const check = command
    .command('check')
    .description('start servers and tell what they offer, or what is wrong with them')
    .argument('[names...]', 'all of them where none is named')
    .option('--wait <seconds>', 'how long a server may take to start', '60')
    .option('--json', 'as one JSON object')
    .addHelpText('after', CHECK_EXAMPLES);
  withSettings(check, ['color', 'profile']);
  check.action(async (names: string[]) => (await import('../mcp-check.ts')).checkServers({ names, command: check, context, finish }));
  return command;
}

const EXAMPLES = `
Servers stand in mcp.json in the configuration folder, in the form that other clients use:
  {"mcpServers": {"files": {"command": "npx", "args": ["-y", "PACKAGE"], "env": {}}, "web": {"type": "http", "url": "…", "headers": {}}}}
Files of VS Code ("servers"), Zed, Gemini, Windsurf and OpenCode are understood too, with comments.
A folder that you trust may bring its own in .mcp.json or .sotto/mcp.json. \${NAME} stands for a variable of your environment,
\${workspaceFolder} for the folder that you are in; \${input:ID} is asked for once, on a terminal.
Your own are started in your home folder, or where "cwd" says: a folder that you are in has no say in what npx or python run.
A server gets nothing of your keys but what its "env" names, and each call of its tools is asked about before it runs.
In the chat @files: completes what a server named files can attach, and /files: the prompts that it has.

Examples:
  sotto mcp add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes
  sotto mcp add docs https://example.com/mcp --header 'Authorization=Bearer \${DOCS_TOKEN}'
  sotto mcp list
  sotto mcp check files
  sotto mcp login docs
  sotto --tools mcp "what do my notes say about pears?"
`;

const ADD_EXAMPLES = `
A key does not belong on a command line: write \${NAME}, in single quotes, and set the variable.

Examples:
  sotto mcp add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes
  sotto mcp add github --env 'GITHUB_TOKEN=\${GITHUB_TOKEN}' -- github-mcp-server stdio
  sotto mcp add docs https://example.com/mcp --header 'Authorization=Bearer \${DOCS_TOKEN}'
`;

const LOGIN_EXAMPLES = `
Opens the browser and waits on 127.0.0.1 for it to come back. Where there is none, as over SSH, open the printed address anywhere,
and paste the one that the browser ends at. The sign-in is kept beside your keys, for its owner alone, and renewed by itself.
The chat, and ask on a terminal, offer to sign in where a server wants it.

Examples:
  sotto mcp login docs
  sotto mcp login docs --no-browser
`;

const CHECK_EXAMPLES = `
Ends with exit code 4 when one of them does not work.

Examples:
  sotto mcp check
  sotto mcp check files --json | jq .servers[0].tools
`;
