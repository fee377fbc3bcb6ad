import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideAddress, hideAddresses, secretsOfAddress } from '../../src/config/address-parts.ts';
import { redact } from '../../src/config/redact.ts';

/** As it stands in a file. */
const variable = (name: string) => `\${${name}}`;

describe('an address, as it is shown', () => {
  it.each([
    ['http://bob:s3cret@proxy:3128', 'http://***@proxy:3128'],
    ['http://bob:s3@cret@proxy:3128', 'http://***@proxy:3128'],
    ['http://user:p/w@host:80/v1', 'http://***@host:80/v1'],
    ['http://user:p#w@host', 'http://***@host'],
    ['http://user:p?w@host/v1', 'http://***@host/v1'],
    ['http://user%40x:p%2Fw@host', 'http://***@host'],
    ['http://token@host/v1', 'http://***@host/v1'],
    ['https:user:pw@host/', 'https:***@host/'],
    ['https:\\\\user:pw@host', 'https:\\\\***@host'],
    ['//user:pw@host', '//***@host'],
    ['//user:pw@[::1]:80/x', '//***@[::1]:80/x'],
    ['bob:s3cret@proxy:3128', '***@proxy:3128'],
    ['bob:s3@cret@proxy.example', '***@proxy.example'],
    ['token@proxy:3128', '***@proxy:3128'],
    ['socks5://bob:pw@proxy', 'socks5://***@proxy'],
    ['https://host/v1?subscription-key=abc', 'https://host/v1?subscription-key=***'],
    ['https://host?api-version=2024-05-01&code=abc', 'https://host?api-version=2024-05-01&code=***'],
    ['https://host?API-KEY=a;sig=b&x', 'https://host?API-KEY=***;sig=***&***'],
    ['https://host?anything=at+all', 'https://host?anything=***'],
    ['https://host?version=sk-0123456789abcdef0123', 'https://host?version=***'],
    ['https://host#access_token=abc&type=b', 'https://host#access_token=***&type=***'],
    ['gpu/prefix?key=abc', 'gpu/prefix?key=***'],
    ['https://mcp.example/s/NGJmMTIzNDU2Nzg5MGFi/mcp', 'https://mcp.example/s/***/mcp'],
    [`https://host?key=${variable('KEY')}`, `https://host?key=${variable('KEY')}`],
    [`https://host?key=${variable('KEY:-abc')}`, 'https://host?key=***'],
  ])('%s is %s', (text, hidden) => {
    expect(hideAddress(text)).toBe(hidden);
    expect(hideAddresses(text)).toBe(hidden);
  });

  it.each([
    'http://localhost:8080/v1',
    'https://[::1]:80/v1',
    'https://lab.openai.azure.com/openai/deployments/gpt-4o-mini-2024-07-18',
    'https://host/@scope/package',
    'proxy:3128',
    'ollama.com',
  ])('%s is shown whole', (text) => {
    expect(hideAddress(text)).toBe(text);
    expect(secretsOfAddress(text)).toEqual([]);
  });

  it('is found in a text; what is none is left as it is', () => {
    expect(hideAddresses('run https://host/sse?key=abc "//a:b@c" now')).toBe('run https://host/sse?key=*** "//***@c" now');
    for (const text of [
      'Write to bob:me@example.org or to nobody',
      'me@example.org',
      'C# is fine, a#b too',
      'Why? Because a=b',
      'openai/gpt-4o',
    ])
      expect(hideAddresses(text)).toBe(text);
  });

  it('never shows a password or the value of a parameter, whatever it is made of, nor does a text that quotes it', () => {
    // What a person types into an address: everything, as it is or encoded.
    const typed = fc
      .string({ minLength: 7, maxLength: 24, unit: fc.constantFrom(...'abcXYZ0189!$*()@:,.~_-%') })
      .filter((text) => /[a-z]\d|\d[a-z]/i.test(text));
    const encoded = typed.map(encodeURIComponent);
    fc.assert(
      fc.property(fc.oneof(typed, encoded), encoded, (password, key) => {
        for (const address of [
          `https://user:${password}@lab.example/v1?subscription-key=${key}`,
          `//user:${password}@lab.example/?k=${key}`,
        ]) {
          expect(hideAddress(address)).toMatch(/^(https:)?\/\/\*{3}@lab\.example\/(v1)?\?(subscription-key|k)=\*{3}$/);
          const said = redact(`no answer from ${address}, nor from ${URL.parse(address)?.href}`, secretsOfAddress(address));
          expect(said).not.toContain(password);
          expect(said).not.toContain(key);
        }
      }),
    );
  });
});
