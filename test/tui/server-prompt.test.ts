/** `/server:prompt`: found, its arguments asked for, and what it says made into one prompt. */
import { describe, expect, it } from 'vitest';
import { asSottoError } from '../../src/core/errors.ts';
import { askServerForPrompt, findServerPrompt } from '../../src/tui/server-prompt.ts';
import { openServers, type ServerPort } from '../../src/tui/servers.ts';
import { fakeActions } from './commands/fake-actions.ts';
import { DOT, fakePort } from './fake-servers.ts';

const never = new AbortController().signal;

async function asked(text: string, answers: readonly (string | undefined)[] = [], changes: Partial<ServerPort> = {}, signal = never) {
  const port = fakePort(changes);
  const servers = openServers(port, never);
  const { actions, seen } = fakeActions({ answers });
  const wanted = await findServerPrompt(text, servers);
  if (!wanted) return undefined;
  const prompt = await askServerForPrompt(wanted, { actions, servers }, signal);
  return { prompt, seen, asked: port.asked };
}

const failure = async (text: string) => {
  try {
    await asked(text);
  } catch (thrown) {
    const { message, hint } = asSottoError(thrown);
    return `${message} ${hint ?? ''}`.trim();
  }
  return 'none';
};

describe('a prompt of a server', () => {
  it('is known by the name of a server that there is', async () => {
    for (const text of ['/nobody:review', '/own', 'own:review', '/etc/own:x', '/retry', ' /own:talk'])
      expect(await asked(text), text).toBeUndefined();
    expect(await findServerPrompt('/own:review C', undefined)).toBeUndefined();
  });

  it('is sent as its text, with its pictures', async () => {
    expect(await asked('/own:review language=C')).toEqual({
      prompt: { text: 'Do review', attachments: [DOT] },
      seen: [],
      asked: ['prompts own', 'prompt review {"language":"C"} of own'],
    });
    expect((await asked('/own:review the C of 1978'))?.asked[1]).toBe('prompt review {"language":"the C of 1978"} of own');
  });

  it('asks for what it needs, and for nothing else; without an answer nothing is sent', async () => {
    expect((await asked('/own:trip_plan days=3', ['Lima']))?.asked[1]).toBe('prompt trip plan {"days":"3","to":"Lima"} of own');
    const left = await asked('/own:trip_plan days=3', [undefined]);
    expect(left).toMatchObject({ prompt: undefined, seen: ['Nothing was sent: /own:trip_plan needs to.'], asked: ['prompts own'] });
  });

  it('that is a talk is sent as one text, and that is said', async () => {
    const talk = await asked('/own:talk');
    expect(talk?.prompt).toEqual({ text: 'User: Is it on?\n\nAssistant: Yes.\n\nUser: Then go.', attachments: [DOT] });
    expect(talk?.seen).toEqual(['/own:talk is a talk of 3 messages. It is sent as one, each under the name of its speaker.']);
  });

  it('is chosen from a list behind the name of the server alone', async () => {
    expect((await asked('/own:', ['talk']))?.asked).toEqual(['prompts own', 'prompt talk {} of own']);
    expect(await asked('/own:', [undefined])).toMatchObject({ prompt: undefined, asked: ['prompts own'] });
  });

  it('says that a server which does not run yet is waited for, and can be called off', async () => {
    expect((await asked('/my_files:', [undefined]))?.seen).toEqual(['Waiting for the MCP server my files to start.']);
    const stop = new AbortController();
    const waiting = asked('/own:talk', [], { prompts: () => new Promise(() => {}) }, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow('Cancelled.');
    await expect(asked('/own:talk', [], {}, stop.signal)).rejects.toThrow('Cancelled.');
  });

  it('that cannot be had is told in words', async () => {
    expect(await failure('/dead:x')).toBe('The MCP server dead has ended.');
    expect(await failure('/own:walk')).toBe('The MCP server own has no prompt "walk". There are: /own:review, /own:trip_plan, /own:talk');
    expect(await failure('/my_files:walk')).toBe('The MCP server my files has no prompt "walk". It offers no prompts.');
    expect(await failure('/own:talk about it')).toBe('/own:talk takes no arguments.');
  });
});
