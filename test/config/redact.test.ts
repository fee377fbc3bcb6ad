import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsOfAddress } from '../../src/config/address-parts.ts';
import { maskSecret } from '../../src/config/mask.ts';
import { redact } from '../../src/config/redact.ts';

const secret = fc.string({ minLength: 7, maxLength: 60, unit: 'grapheme-ascii' }).filter((text) => !'[redacted]'.includes(text));

describe('redact', () => {
  it('takes out a secret as it is, in a URL, in JSON and in base64, wherever it stands', () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (key, before, after) => {
        const forms = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), btoa(key)];
        for (const form of forms) {
          // What stands around it must not hold the secret together with a piece of it.
          fc.pre(!`${before}`.includes(key) && !after.includes(key));
          expect(redact(`${before} ${form} ${after}`, [key])).not.toContain(form.replace(/=+$/, ''));
        }
      }),
    );
  });

  it('takes out the secret of a basic authorization header', () => {
    fc.assert(
      fc.property(
        secret,
        fc.string({ maxLength: 9, unit: 'grapheme-ascii' }),
        fc.string({ maxLength: 5, unit: 'grapheme-ascii' }),
        (key, user, rest) => {
          const header = btoa(`${user}:${key}${rest}`);
          const redacted = redact(header, [key]);
          expect(redacted).toContain('[redacted]');
          expect(Buffer.from(redacted.replace('[redacted]', ''), 'base64').toString('latin1')).not.toContain(key);
        },
      ),
    );
  });

  it('takes longer secrets first, and leaves words that people use as keys of local servers', () => {
    expect(redact('sk-abcdef sk-abcdefghij', ['sk-abcdef', 'sk-abcdefghij'])).toBe('[redacted] [redacted]');
    expect(redact('ollama is not running', ['ollama', '', 'x'])).toBe('ollama is not running');
  });
});

describe('maskSecret', () => {
  it('never shows more than a known prefix and four characters, and those only of long secrets', () => {
    expect(maskSecret('sk-0123456789abcdefcdef')).toBe('sk-…cdef');
    expect(maskSecret('0123456789abcdefcdef')).toBe('…cdef');
    expect(maskSecret('sk-0123456789abcdef')).toBe('(set)');
    expect(maskSecret('!pass show openai')).toBe('(command)');
    expect(maskSecret('$MY_KEY')).toBe('(environment reference)');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(maskSecret(text).length).toBeLessThanOrEqual(24);
      }),
    );
  });
});

describe('redact, of addresses', () => {
  it('takes out what is secret of one, as it is, as clients write it, decoded, and in a Basic header', () => {
    const address = 'https://me:p%40ss@lab.example/v1?code=abc&subscription-key=k%2Fey+12345#token=t0ken99';
    const secrets = secretsOfAddress(address);
    for (const said of [
      `Failed to parse URL from ${address}`,
      `no answer from ${new URL(address).href}`,
      `Basic ${btoa('me:p@ss')}`,
      'GET /v1?code=abc was refused',
      'the key k/ey+12345 is wrong',
      JSON.stringify({ url: address }),
      encodeURIComponent(address),
    ]) {
      const shown = redact(said, secrets);
      expect(shown).not.toMatch(/p%40ss|p@ss|=abc|k%2Fey|k\/ey|t0ken99|bWU6cEBzcw|p%2540ss/);
      expect(shown).toContain('[redacted]');
    }
  });

  it('takes out a password in any address, whoever it belongs to, and leaves everything else of the kind', () => {
    expect(redact('cannot reach http://bob:pw@proxy:3128/x', [])).toBe('cannot reach http://[redacted]@proxy:3128/x');
    expect(redact('clone ssh://git@github.com/x and write to me@example.org:80', [])).toBe(
      'clone ssh://git@github.com/x and write to me@example.org:80',
    );
  });
});
