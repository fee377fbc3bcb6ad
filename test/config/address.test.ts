import { describe, expect, it } from 'vitest';
import { readBaseUrl, readOllamaHost } from '../../src/config/address.ts';
import { failureOf, makeHome } from './home.ts';

describe('OLLAMA_HOST', () => {
  it.each([
    ['gpu', 'http://gpu:11434'],
    ['gpu:1234', 'http://gpu:1234'],
    [':1234', 'http://127.0.0.1:1234'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:80', 'http://127.0.0.1:80'],
    ['http://0.0.0.0:1234', 'http://127.0.0.1:1234'],
    ['http://gpu', 'http://gpu'],
    ['https://gpu', 'https://gpu'],
    ['https://gpu:11434', 'https://gpu:11434'],
    ['http://gpu/prefix', 'http://gpu/prefix'],
    ['http://gpu:8080/a/b/', 'http://gpu:8080/a/b'],
    ['gpu/prefix', 'http://gpu:11434/prefix'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::1]:1234', 'http://[::1]:1234'],
    ['::1', 'http://[::1]:11434'],
    ['[::]:1234', 'http://[::1]:1234'],
    ['http://[fe80::1]/x', 'http://[fe80::1]/x'],
    ['"gpu:1234"', 'http://gpu:1234'],
    ["' gpu '", 'http://gpu:11434'],
    ['gpu:99999', 'http://gpu:11434'],
    ['gpu:abc', 'http://gpu:11434'],
    ['ollama.com', 'https://ollama.com'],
  ])('%s is %s', (text, url) => {
    expect(readOllamaHost(text, 'OLLAMA_HOST')).toBe(url);
    expect(
      makeHome()
        .load({ env: { OLLAMA_HOST: text } })
        .provider('ollama').url,
    ).toBe(url);
  });

  it('is refused where it cannot be an address', () => {
    expect(failureOf(() => readOllamaHost('ftp://gpu', 'The environment variable OLLAMA_HOST'))).toMatchObject({
      kind: 'configuration',
      message: 'The environment variable OLLAMA_HOST is not a web address: "ftp://gpu".',
    });
    expect(failureOf(() => readOllamaHost('a host', 'OLLAMA_HOST')).kind).toBe('configuration');
  });

  it('has the same forms in providers.ollama.url, and in any provider of that kind', () => {
    const settings = makeHome({ providers: { ollama: { url: 'gpu' }, lab: { kind: 'ollama', url: ':1' } } }).load();
    expect([settings.provider('ollama').url, settings.provider('lab').url]).toEqual(['http://gpu:11434', 'http://127.0.0.1:1']);
  });
});

describe('a base URL', () => {
  it('loses the slashes at its end', () => {
    expect(readBaseUrl(' https://host/v1// ', 'x')).toBe('https://host/v1');
  });

  it.each(['', 'host/v1', 'localhost:8080', 'https://', 'file:///etc/passwd', 'http://a b'])('is refused when it is %j', (text) => {
    expect(failureOf(() => readBaseUrl(text, 'providers.x.url')).message).toMatch(/^providers\.x\.url is not a web address/);
  });

  it('is never repeated with its password', () => {
    expect(failureOf(() => readBaseUrl('ftp://user:hunter22@host', 'providers.x.url')).message).toContain('"ftp://***@host"');
  });
});
