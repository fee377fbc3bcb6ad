import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/config/proxy.ts';
import { makeHome } from './home.ts';

const through = (env: Record<string, string>, address: string) => proxyFor(makeHome().load({ env }), address);

describe('proxyFor', () => {
  it.each([
    [{}, 'https://api.example', undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'https://api.example', 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://api.example', undefined],
    [{ HTTPS_PROXY: 'http://p:1', http_proxy: 'http://q:2' }, 'http://api.example', 'http://q:2'],
    [{ HTTP_PROXY: 'http://q:2' }, 'https://api.example', 'http://q:2'],
    [{ ALL_PROXY: 'p:1' }, 'http://api.example', 'http://p:1'],
    [{ SOTTO_PROXY: 'http://s:1', HTTPS_PROXY: 'http://p:1' }, 'https://api.example', 'http://s:1'],
    [{ SOTTO_PROXY: 'http://s:1', http_proxy: 'http://q:2' }, 'http://api.example', 'http://s:1'],
    [{ ALL_PROXY: 'http://p:1' }, 'http://127.0.0.1:11434', undefined],
    [{ ALL_PROXY: 'http://p:1' }, 'http://localhost:8080', undefined],
    [{ ALL_PROXY: 'http://p:1' }, 'http://[::1]:8080', undefined],
    [{ ALL_PROXY: 'http://p:1', NO_PROXY: 'example' }, 'https://api.example', undefined],
    [{ ALL_PROXY: 'http://p:1', no_proxy: '.example,other' }, 'https://api.example', undefined],
    [{ ALL_PROXY: 'http://p:1', no_proxy: 'api.example:8443' }, 'https://api.example', 'http://p:1'],
    [{ ALL_PROXY: 'http://p:1', no_proxy: 'api.example:443' }, 'https://api.example', undefined],
    [{ ALL_PROXY: 'http://p:1', no_proxy: 'pi.example' }, 'https://api.example', 'http://p:1'],
    [{ ALL_PROXY: 'http://p:1', no_proxy: '*' }, 'https://api.example', undefined],
  ])('with %o reaches %s through %s', (env, address, proxy) => {
    expect(through(env as Record<string, string>, address)).toBe(proxy);
  });

  it('is the one that was typed, also where the environment has one for http://', () => {
    const settings = makeHome().load({ env: { http_proxy: 'http://q:2' }, sets: ['proxy=http://typed:1'] });
    expect(proxyFor(settings, 'http://api.example')).toBe('http://typed:1');
    expect(proxyFor(settings, 'https://api.example')).toBe('http://typed:1');
  });
});
