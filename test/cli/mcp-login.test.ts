import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OAuthServer, oauthServer } from '../support/oauth-server.ts';
import { filesIn, run, temporaryFolder } from '../support/program.ts';
import { openTerminal, type TerminalRun } from '../support/terminal.ts';

function world(as: OAuthServer) {
  const folder = temporaryFolder();
  const home = folder.path;
  mkdirSync(join(home, 'sotto'));
  writeFileSync(join(home, 'sotto', 'mcp.json'), JSON.stringify({ mcpServers: { web: { url: as.url } } }));
  const kept = join(home, 'sotto', 'mcp-logins.json');
  return { home, kept, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** The address that is printed, put together from the rows of the terminal. */
async function addressOn(terminal: TerminalRun): Promise<string> {
  await terminal.shows('paste its address here:');
  const lines = await terminal.lines();
  const start = lines.findIndex((line) => line.startsWith('http://'));
  const end = lines.findIndex((line, index) => index > start && line === '');
  return lines.slice(start, end).join('');
}

/** A program of this name that does with an address what a browser does. */
function browser(home: string): Record<string, string> {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const script = `#!${process.execPath}\nimport('node:fs').then(({ appendFileSync }) => appendFileSync(${JSON.stringify(join(home, 'opened'))}, process.argv.slice(2).join(' ') + '\\n'));\nfetch(process.argv[2]);\n`;
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, DISPLAY: ':9' };
}

const isLinux = process.platform === 'linux';

describe.skipIf(process.platform === 'win32')('sotto mcp login', () => {
  it('prints the address where there is no browser, and takes the one that is pasted', async () => {
    await using as = await oauthServer();
    using at = world(as);
    const terminal = openTerminal(['mcp', 'login', 'web'], { home: at.home, env: { SSH_CONNECTION: '1 2 3 4', DISPLAY: ':9' } });
    const address = await addressOn(terminal);
    expect((await terminal.lines()).join('\n')).toContain('open this address in a browser to sign in to web at 127.0.0.1:');
    terminal.pty.write('http://127.0.0.1/other\r');
    await terminal.shows('Paste it here:');
    terminal.pty.write(`${await as.visit(address)}\r`);
    expect(await terminal.ended).toMatchObject({ code: 0 });
    const shown = (await terminal.lines()).join('\n');
    expect(shown).toContain('sotto: signed in to web: 1 tool');
    expect(shown).not.toContain('secret');
    const held = JSON.parse(readFileSync(at.kept, 'utf8')).servers[0].oauth.tokens;
    const everything = Object.entries(filesIn(at.home)).filter(([name]) => !name.endsWith('mcp-logins.json'));
    for (const [, text] of everything) for (const token of [held.access_token, held.refresh_token]) expect(text).not.toContain(token);
  });

  it.runIf(isLinux)('opens the browser where there is one, which comes back by itself', async () => {
    await using as = await oauthServer();
    using at = world(as);
    const terminal = openTerminal(['mcp', 'login', 'web'], { home: at.home, env: browser(at.home) });
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect((await terminal.lines()).join('\n')).toContain('opening your browser to sign in to web');
    expect(readFileSync(join(at.home, 'opened'), 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+\n$/);
    // Signed in, everything works in a pipe, and the token is nowhere in it.
    const checked = await run(['mcp', 'check', 'web'], { home: at.home });
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('tools      1: whoami') });
    const asked = await run(['ask', '-p', 'guide', '--private', '--no-stdin', '--tools', 'mcp', '--dry-run', 'what is sotto?'], {
      home: at.home,
    });
    expect(asked.code).toBe(0);
    const { access_token } = JSON.parse(readFileSync(at.kept, 'utf8')).servers[0].oauth.tokens;
    expect(asked.stdout + asked.stderr + checked.stdout).not.toContain(access_token);
    expect(await run(['mcp', 'logout', 'web'], { home: at.home })).toMatchObject({
      code: 0,
      stderr: 'sotto: forgot the sign-in to web, and what was typed for it\n',
    });
    expect(readFileSync(at.kept, 'utf8')).not.toContain(access_token);
    expect(await run(['mcp', 'logout', 'web'], { home: at.home })).toMatchObject({
      code: 0,
      stderr: 'sotto: there is no sign-in to web\n',
    });
  });

  it.runIf(isLinux)('is offered by mcp add', async () => {
    await using as = await oauthServer();
    using at = world(as);
    const terminal = openTerminal(['mcp', 'add', 'docs', as.url], { home: at.home, env: browser(at.home) });
    await terminal.shows('docs wants you to sign in. Do it now?');
    terminal.pty.write('y\r');
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect((await terminal.lines()).join('\n')).toContain('sotto: signed in to docs: 1 tool');
  });

  it('ends at once at Ctrl+C, and keeps nothing', async () => {
    await using as = await oauthServer();
    using at = world(as);
    const terminal = openTerminal(['mcp', 'login', 'web', '--no-browser'], { home: at.home });
    await terminal.shows('paste its address here:');
    terminal.pty.write('\x03');
    expect(await terminal.ended).toMatchObject({ code: 130 });
    expect(existsSync(at.kept)).toBe(false);
  });
});

describe('without a terminal', () => {
  it('a sign-in is an error that says what to run', async () => {
    await using as = await oauthServer();
    using at = world(as);
    const hint = 'The MCP server web wants you to sign in. Run: sotto mcp login web';
    const asked = await run(['ask', '-p', 'guide', '--private', '--no-stdin', '--tools', 'mcp', 'what is sotto?'], { home: at.home });
    expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining(`sotto: ${hint}\n`) });
    const checked = await run(['mcp', 'check'], { home: at.home });
    expect(checked).toMatchObject({ code: 4, stdout: expect.stringContaining('Run: sotto mcp login web') });
    expect(await run(['mcp', 'login', 'web'], { home: at.home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Signing in needs a terminal.\nRun there: sotto mcp login web'),
    });
    const added = await run(['mcp', 'add', 'more', as.url], { home: at.home });
    expect(added).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('it does not work yet: The MCP server more wants you to sign in.'),
    });
  });
});
