/** The tools of a chat: for how long an answer holds. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChatTools } from '../../src/cli/chat-tools.ts';
import { loadSettings } from '../../src/config/load.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { temporaryFolder } from '../store/support.ts';
import { fakeContext } from '../support/context.ts';

function openTest() {
  const folder = temporaryFolder();
  const paths = resolvePaths({ env: { SOTTO_HOME: temporaryFolder() }, platform: 'linux', home: folder });
  let questions = 0;
  const tools = createChatTools({
    settings: loadSettings({ env: { SOTTO_TOOLS: 'write_file' }, paths: { configFile: join(folder, 'none.json') } }),
    context: fakeContext({ paths, folder: () => folder }),
    notice: () => {},
    approve: async () => {
      questions++;
      return { decision: 'conversation' };
    },
    servers: { forTools: async () => undefined, toolsKnown: async () => {} },
    isPrivate: () => true,
  });
  return {
    folder,
    questions: () => questions,
    /** A private conversation has no id. */
    async write(path: string, { isBeginning }: { isBeginning: boolean }) {
      const box = await tools.toolbox({ provider: 'lab', model: 'tiny', facts: undefined, conversation: undefined, isBeginning });
      const call = { type: 'tool_call' as const, id: path, name: 'write_file', arguments: JSON.stringify({ path, content: 'x' }) };
      const running = box?.run([call], new AbortController().signal);
      while (running && !(await running.next()).done);
    },
  };
}

describe('what is allowed in a conversation', () => {
  it('is asked once in it, and again in the next one, also where nothing is kept', async () => {
    const test = openTest();
    await test.write('one.txt', { isBeginning: true });
    await test.write('two.txt', { isBeginning: false });
    expect(test.questions()).toBe(1);
    await test.write('three.txt', { isBeginning: true });
    expect(test.questions()).toBe(2);
    expect(['one.txt', 'two.txt', 'three.txt'].every((name) => existsSync(join(test.folder, name)))).toBe(true);
  });
});
