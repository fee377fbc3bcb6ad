import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideCredentials, maskSecret } from '../../src/config/mask.ts';
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

describe('hideCredentials', () => {
  it.each([
    ['http://bob:s3cret@proxy:3128', 'http://***@proxy:3128'],
    ['http://bob:s3@cret@proxy:3128', 'http://***@proxy:3128'],
    ['bob:s3cret@proxy:3128', '***@proxy:3128'],
    ['bob:s3@cret@proxy.example', '***@proxy.example'],
    ['Write to bob:me@example.org or to nobody', 'Write to bob:me@example.org or to nobody'],
    ['proxy:3128', 'proxy:3128'],
  ])('makes %j %j', (text, hidden) => {
    expect(hideCredentials(text)).toBe(hidden);
  });
});
