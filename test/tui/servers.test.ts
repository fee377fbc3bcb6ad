/** What servers offer is kept; what cannot be had is asked for again. */
import { describe, expect, it } from 'vitest';
import { openServers } from '../../src/tui/servers.ts';
import { fakePort, STATES } from './fake-servers.ts';

const never = new AbortController().signal;

describe('what servers offer', () => {
  it('is asked once by however many wait, is there at once afterwards, and asked again for the next time', async () => {
    const lists = [['a'], ['b'], ['c']];
    const waiting: (() => void)[] = [];
    let count = 0;
    const resources = () => {
      const list = (lists[count++] ?? []).map((uri) => ({ server: 'own', uri, name: uri, description: undefined, mediaType: undefined }));
      return new Promise<typeof list>((resolve) => waiting.push(() => resolve(list)));
    };
    const servers = openServers(fakePort({ resources }), never);
    const uris = async () => (await servers.resources('own')).map(({ uri }) => uri).join();
    const both = Promise.all([uris(), uris()]);
    expect(servers.knownResources('own')).toBeUndefined();
    waiting.shift()?.();
    expect(await both).toEqual(['a', 'a']);
    expect(await uris()).toBe('a');
    expect(await uris()).toBe('a');
    expect(count).toBe(2);
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await uris()).toBe('b');
  });

  it('is asked for again where it could not be had, and an old list stays', async () => {
    let isDown = true;
    const prompts = async () => {
      if (isDown) throw new Error('down');
      return [];
    };
    const servers = openServers(fakePort({ prompts }), never);
    await expect(servers.prompts('own')).rejects.toThrow('down');
    isDown = false;
    expect(await servers.prompts('own')).toEqual([]);
    isDown = true;
    expect(await servers.prompts('own')).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await servers.prompts('own')).toEqual([]);
  });

  it('is learned of those that run, without starting another', async () => {
    const port = fakePort();
    const servers = openServers(port, never);
    servers.learnPrompts();
    await servers.prompts('own');
    expect(port.asked[0]).toBe('prompts own');
    expect(port.asked.filter((one) => !one.endsWith(' own'))).toEqual([]);
    expect(STATES.map(({ name }) => servers.knownPrompts(name)?.length)).toEqual([undefined, undefined, 3]);
  });

  it('is called by words that can be typed', async () => {
    const servers = openServers(fakePort({ names: async () => ['a/b: "c"\u001b[2J', 'ü-1.x'] }), never);
    expect((await servers.names()).map(({ word }) => word)).toEqual(['a_b_c_[2J', 'ü-1.x']);
  });
});
