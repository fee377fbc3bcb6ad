/** A folder that the user only looks at, and the user's own servers, whose programs would take what lies in it for theirs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support/program.ts';
import { makeFolder } from '../tools/support.ts';

const says = (word: string) => `echo ${word} >> "$HOME/said"\n`;

/** Each folder has a program of the same name. */
function openPlace() {
  const top = makeFolder({
    'home/server.sh': says('home'),
    'home/sotto/mcp.json': '{}',
    'project/server.sh': says('project'),
    'project/sub/a.txt': '',
  });
  const home = join(top, 'home');
  const project = join(top, 'project');
  const file = join(home, 'sotto', 'mcp.json');
  return {
    home,
    project,
    sotto: (...args: string[]) => run(args, { home, cwd: project }),
    servers: () => JSON.parse(readFileSync(file, 'utf8')).mcpServers,
    configure: (entry: object) => writeFileSync(file, JSON.stringify({ mcpServers: { own: entry } })),
    said: () => (existsSync(join(home, 'said')) ? readFileSync(join(home, 'said'), 'utf8').trim() : ''),
  };
}

describe.skipIf(process.platform === 'win32')('a server of the user', () => {
  it('is not what a folder has under its name, unless the user said so', async () => {
    const at = openPlace();
    for (const [more, ran] of [
      [{}, 'home'],
      [{ cwd: '.' }, 'home\nproject'],
      [{ cwd: at.home }, 'home\nproject\nhome'],
    ] as const) {
      at.configure({ command: '/bin/sh', args: ['server.sh'], ...more });
      expect(await at.sotto('mcp', 'check')).toMatchObject({ code: 4 });
      expect(at.said()).toBe(ran);
    }
  });

  it('is added with the folder that its words are about', async () => {
    const at = openPlace();
    mkdirSync(join(at.project, 'sh'));
    const add = (name: string, ...words: string[]) => at.sotto('mcp', 'add', '--no-check', name, '--', ...words);
    await add('file', '/bin/sh', 'server.sh');
    await add('here', 'npx', '-y', 'package', '.');
    await add('program', './server.sh');
    await add('plain', 'sh', 'package', '--option', '/etc');
    const { file, here, program, plain } = at.servers();
    for (const entry of [file, here, program]) expect(entry.cwd).toBe(at.project);
    expect(plain).toEqual({ command: 'sh', args: ['package', '--option', '/etc'] });
  });
});
