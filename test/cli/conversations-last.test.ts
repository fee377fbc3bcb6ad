import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../../src/format/code-blocks.ts';
import { addTurn, conversationsHome, jsonOf, onTerminal, uncoloured } from './conversations-home.ts';

const REPLY = 'First:\n\n```sh\necho one\n```\n\nthen\n\n```js\nconst a = "é";\n\n\tb()\n```\nDone.';

describe('sotto last', () => {
  it('prints the last reply as it came', async () => {
    using home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'hello', reply: REPLY }));
    expect(await home.sotto(['last'])).toMatchObject({ code: 0, stdout: `${REPLY}\n`, stderr: '' });
    const screen = uncoloured((await onTerminal(home, ['last'])).text);
    expect(screen).toContain('│ echo one\n');
    expect(screen).not.toContain('```');
  });

  it('prints the source of the last code block, or of a numbered one, and nothing else', async () => {
    using home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'hello', reply: REPLY }));
    expect(await home.sotto(['last', '-x'])).toMatchObject({ code: 0, stdout: 'const a = "é";\n\n\tb()\n', stderr: '' });
    expect(await home.sotto(['last', '-x', '1'])).toMatchObject({ code: 0, stdout: 'echo one\n' });
    const none = await home.sotto(['last', '-x', '3']);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('There is no code block 3: the last reply has 2 blocks.');
  });

  it('takes the conversation that was used last, or the one that is named', async () => {
    using home = conversationsHome();
    const first = home.fill((store) => addTurn(store, { prompt: 'one', reply: 'A', folder: home.path }).conversation, Date.now() - 5000);
    home.fill((store) => addTurn(store, { prompt: 'two', reply: 'B' }));
    expect((await home.sotto(['last'])).stdout).toBe('B\n');
    expect((await home.sotto(['last', '--folder'])).stdout).toBe('A\n');
    expect((await home.sotto(['last', '--conversation', first])).stdout).toBe('A\n');
    expect((await home.sotto(['last', '--folder', '/elsewhere'])).stderr).toContain('There is no conversation from /elsewhere.');
  });

  it('passes over a reply that never came, and says what was not finished', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      const { conversation } = addTurn(store, { prompt: 'one', reply: '```sh\nls', status: 'cancelled', finishReason: 'cancelled' });
      addTurn(store, { conversation, prompt: 'two', reply: '', status: 'cancelled', finishReason: 'cancelled' });
    });
    expect(await home.sotto(['last'])).toMatchObject({ stdout: '```sh\nls\n', stderr: 'sotto: this reply was not finished: cancelled\n' });
    const extracted = await home.sotto(['last', '-x']);
    expect(extracted.stdout).toBe('ls');
    expect(extracted.stderr).toContain('the code ends before its fence was closed');
  });

  it('gives text and code blocks as JSON', async () => {
    using home = conversationsHome();
    const ids = home.fill((store) => addTurn(store, { prompt: 'hello', reply: REPLY, usd: 0.01 }));
    expect(jsonOf(await home.sotto(['last', '--json']))).toMatchObject({
      ...{ v: 1, conversation: ids.conversation, title: 'hello', id: ids.reply, text: REPLY, model: 'gpt-4o-mini', status: 'complete' },
      codeBlocks: [
        { language: 'sh', source: 'echo one\n' },
        { language: 'js', source: 'const a = "é";\n\n\tb()\n' },
      ],
    });
  });

  it('says that a reply holds no code', async () => {
    using home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'hello', reply: 'none' }));
    expect((await home.sotto(['last', '-x'])).stderr).toContain('There is no code block in the last reply.');
  });
});

describe('code blocks', () => {
  const sources = (text: string) => codeBlocks(text).map(({ source }) => source);

  it.each([
    ['keeps line ends and blank lines', '```\r\na\r\n\r\nb\r\n```\r\n', ['a\r\n\r\nb\r\n']],
    ['closes with a fence of at least the same length', '````md\n```js\nx\n```\n````', ['```js\nx\n```\n']],
    ['takes tildes', '~~~py\nprint("```")\n~~~', ['print("```")\n']],
    ['takes an empty block', '```\n```', ['']],
    ['goes to the end where the fence stays open', 'x\n```sh\nls\nls', ['ls\nls']],
    ['takes off the indentation of a list', '1. Run:\n\n   ```sh\n   if x\n     y\n   ```\n2. z', ['if x\n  y\n']],
    ['takes a fence behind a list marker', '- ```sh\n  ls\n  ```\n', ['ls\n']],
    ['takes off quote marks', '> ```sh\n> ls\n>   -l\n> ```\nend', ['ls\n  -l\n']],
    ['ends with the quote around it', '> ```sh\n> ls\nend', ['ls\n']],
    ['is not fooled by code spans', 'use ```inline``` code\n```not `info\nx', []],
    ['does not close on a fence with words', '```\na\n``` b\n```', ['a\n``` b\n']],
  ])('%s', (_, text, expected) => {
    expect(sources(text)).toEqual(expected);
  });

  it('gives back exactly what was put between fences', () => {
    const line = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !/[\n`~]/.test(text));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.constantFrom('```', '~~~~', '`````'),
        fc.constantFrom('', 'sh', 'c++ title=x'),
        (lines, fence, info) => {
          const source = lines.map((text) => `${text}\n`).join('');
          const [block] = codeBlocks(`before\n\n${fence}${info}\n${source}${fence}\nafter\n`);
          expect(block).toEqual({ language: info.split(' ')[0], source, closed: true });
        },
      ),
    );
  });
});
