import { describe, expect, it } from 'vitest';
import { prepareServer } from '../../../src/tools/mcp/preparation.ts';
import { realPorts, stdioServer } from '../../support/mcp.ts';

const never = new AbortController().signal;
const KEY = `\${${'input:key'}}`;

describe('a server that asks before it starts', () => {
  it('is looked at again when it has been answered', async () => {
    let hasChanged = false;
    const ports = {
      ...realPorts('/'),
      async ask() {
        hasChanged = true;
        return { action: 'accept' as const, values: { key: 'k' } };
      },
      whyNotStarted: () => (hasChanged ? 'it has changed' : undefined),
    };
    const server = stdioServer([], { env: { KEY }, inputs: [{ id: 'key', description: 'key', isSecret: true }] });
    await expect(prepareServer(server, { ports, secret: () => {} }, never)).rejects.toThrow(
      'The MCP server own was not started: it has changed',
    );
  });

  it('is not asked for anything where it may not be started', async () => {
    let asked = 0;
    const ports = {
      ...realPorts('/'),
      async ask() {
        asked += 1;
        return { action: 'decline' as const };
      },
      whyNotStarted: () => 'not trusted',
    };
    const server = stdioServer([], { env: { KEY } });
    await expect(prepareServer(server, { ports, secret: () => {} }, never)).rejects.toThrow('not trusted');
    expect(asked).toBe(0);
  });
});
