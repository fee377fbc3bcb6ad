/** `sotto tools`: list, show and run tools, see and take back what may run unasked, trust the tools of a folder. */
import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { addSettingOptions } from '../options.ts';

export function toolsCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('tools')
    .description('what models may call: files, commands, pages, your own programs')
    .addHelpText('after', EXAMPLES);
  const list = command
    .command('list', { isDefault: true })
    .description('the tools there are: built in, your own, and those of MCP servers')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto tools list\n  sotto tools list --json | jq -r ".tools[] | select(.asks) | .name"\n');
  addSettingOptions(list, ['color', 'profile']);
  list.action(async () => (await import('../tools/list.ts')).listTools(list, context));
  const show = command
    .command('show')
    .description('what one tool does, takes and may reach, and the tokens it costs')
    .argument('<name>', 'see sotto tools list')
    .option('--json', 'as one JSON object, with the schema of its arguments')
    .addHelpText('after', '\nExamples:\n  sotto tools show fetch_page\n  sotto tools show run_command --json | jq .parameters\n');
  addSettingOptions(show, ['color', 'profile']);
  show.action(async (name: string) => (await import('../tools/list.ts')).showTool(name, show, context));
  const run = command
    .command('run')
    .description('run one tool by hand; typing it is the approval')
    .argument('<name>', 'see sotto tools list')
    .argument('[arguments...]', 'as flags and words, as one JSON object, or - for JSON from stdin')
    .option('--dry-run', 'say what it would do, and do nothing')
    .option('--json', 'the result as one JSON object')
    .allowUnknownOption()
    .addHelpText('after', RUN_EXAMPLES);
  addSettingOptions(run, ['quiet', 'profile']);
  run.action(async (name: string, words: string[]) =>
    (await import('../tools/run.ts')).runTool({ name, words, command: run, context, finish }),
  );
  const rules = command
    .command('rules')
    .description('what may run unasked')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto tools rules\n  sotto tools rules --json | jq -r ".rules[].rule"\n');
  addSettingOptions(rules, ['color', 'profile']);
  rules.action(async () => (await import('../tools/rules.ts')).listRules(rules, context));
  command
    .command('forget')
    .description('take back an answer "always"')
    .argument('[rules...]', 'as sotto tools rules shows them')
    .option('--all', 'every one of them')
    .addHelpText('after', "\nExamples:\n  sotto tools forget 'fetch_page(docs.example.com)'\n  sotto tools forget --all\n")
    .action(async (texts: string[], options: { all?: true }) => (await import('../tools/rules.ts')).forgetRules(texts, options, context));
  command
    .command('trust')
    .description('let the tools and MCP servers that a folder brings along be used')
    .argument('[folder]', 'the current one where none is named')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', TRUST_EXAMPLES)
    .action(async (folder: string | undefined, options: { yes?: true }) =>
      (await import('../tools/trust.ts')).trustTools(folder, options, context),
    );
  command
    .command('untrust')
    .description('take that back')
    .argument('[folder]', 'the current one where none is named')
    .addHelpText('after', '\nExample:\n  sotto tools untrust ~/projects/shop\n')
    .action(async (folder: string | undefined) => (await import('../tools/trust.ts')).distrustTools(folder, context));
  return command;
}

const EXAMPLES = `
A model gets the tools that --tools (or the setting tools) names: single ones, or all, read, own, mcp. Reading in the
working folder runs unasked; whatever writes, runs programs or reaches out asks first.

Your own tools are files in the folder tools beside the configuration file, and in .sotto/tools of a folder that you trust:
  weather.mjs   export default { name: 'weather', description: 'Weather of a city',
                  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
                  access: 'network',  run: async ({ city }, { signal }) => (await fetch(URL + city, { signal })).text() }
  any program   with --describe it prints {"name", "description", "parameters", "access"} as JSON; a call gives it the
                arguments as JSON on stdin and takes what it prints; another exit code than 0 is a failure

Examples:
  sotto tools
  sotto tools run read_file README.md
  sotto --tools read "what does this project do?"
  sotto --tools all --allow "run_command(npm test)" "do the tests pass, and if not, why?"
`;

const RUN_EXAMPLES = `
An argument that is called as an option of this command goes into the JSON form. Ends with exit code 5 when the tool fails.

Examples:
  sotto tools run calculate "2^64 - 1"
  sotto tools run search_files --pattern TODO --glob "*.ts" --context 2
  sotto tools run fetch_page '{"url": "https://example.com", "page": 2}'
  sotto tools run --dry-run write_file --path notes.txt --content "remember the milk"
`;

const TRUST_EXAMPLES = `
Shows first what would run: tools in .sotto/tools, servers in .mcp.json and .sotto/mcp.json, the files of the project that
they load, and what is not checked. On a terminal it asks. Trust is for what is there now: it is looked at again before each
start of a tool or a server, and when any of it has changed, nothing of it runs until you have trusted it again.

Examples:
  sotto tools trust
  sotto tools trust ~/projects/shop --yes
`;
