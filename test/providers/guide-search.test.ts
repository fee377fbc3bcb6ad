import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/providers/guide-manual.ts';
import { findSections, rank } from '../../src/providers/guide-search.ts';
import { almostSame, stem, unspacedWords, words } from '../../src/providers/guide-words.ts';
import { ownTime } from '../support/own-time.ts';
import { ANSWERED, FIRST_WORDS, NOT_ANSWERED } from './guide-questions.ts';

const idsFor = (question: string): string[] => {
  const finding = findSections(question);
  return finding.kind === 'answered' ? finding.sections.map(({ id }) => id) : [];
};

describe('the search of the guide', () => {
  describe.each(ANSWERED)('finds the section "%s"', (section, ...questions) => {
    it.each(questions)('for: %s', (question) => {
      expect(idsFor(question)).toContain(section);
    });
  });

  describe.each(FIRST_WORDS)('knows what a newcomer means by "%s"', (section, ...questions) => {
    it.each(questions)('%s', (question) => {
      expect(idsFor(question)).toContain(section);
    });
  });

  describe('has no section', () => {
    it.each(NOT_ANSWERED)('for: %s', (question) => {
      expect(findSections(question).kind).toBe('no_section');
    });
  });

  it.each(SECTIONS.map(({ id, title }) => [title, id]))('finds a section by its own title: %s', (title, id) => {
    expect(idsFor(title)).toEqual([id]);
  });

  it('knows every section that the questions name', () => {
    const ids = SECTIONS.map(({ id }) => id);
    for (const [section] of ANSWERED) expect(ids).toContain(section);
  });

  it('asks about every section at least once', () => {
    const asked = new Set(ANSWERED.map(([section]) => section));
    expect(SECTIONS.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
  });

  it('answers a question of two halves with both', () => {
    expect(idsFor('What is sotto, and how do I connect a real model?')).toEqual(['overview', 'connect']);
  });

  it('gives the overview to somebody who only greets or asks nothing', () => {
    expect([idsFor('hello'), idsFor('  '), idsFor('What can you do?')]).toEqual([['overview'], ['overview'], ['overview']]);
  });

  it('names the closest sections where none is an answer', () => {
    const finding = findSections('how do I configure nginx as a reverse proxy');
    expect(finding.kind === 'no_section' && finding.nearest.map(({ id }) => id)).toContain('proxy');
  });

  it('never gives more than two sections, three others, or one twice', () => {
    const anyQuestion = fc.array(fc.constantFrom(...ANSWERED.flatMap(([, ...questions]) => questions.join(' ').split(' '))), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(anyQuestion, (parts) => {
        const finding = findSections(parts.join(' '));
        const all = finding.kind === 'answered' ? [...finding.sections, ...finding.seeAlso] : finding.nearest;
        expect(new Set(all).size).toBe(all.length);
        if (finding.kind === 'answered') {
          expect(finding.sections.length).toBeGreaterThanOrEqual(1);
          expect(finding.sections.length).toBeLessThanOrEqual(2);
        }
        expect(all.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 200 },
    );
  });

  it('takes any text without failing, with shares between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { score, coverage } of rank(text)) {
          expect(score).toBeGreaterThan(0);
          expect(coverage).toBeGreaterThanOrEqual(0);
          expect(coverage).toBeLessThanOrEqual(1.000001);
        }
        findSections(text);
      }),
    );
  });

  it('is quick with a very long prompt', () => {
    const own = ownTime();
    findSections('what is wrong with this log? '.repeat(100_000));
    expect(own.ms()).toBeLessThan(500);
  });
});

describe('words', () => {
  it.each([
    ['aliases', 'alias'],
    ['prices', 'price'],
    ['retries', 'retry'],
    ['stopped', 'stopping'],
    ['stored', 'store'],
    ['configuring', 'configure'],
    ['certificates', 'certificate'],
  ])('makes %s and %s the same', (one, other) => {
    expect(stem(one)).toBe(stem(other));
  });

  it('keeps settings apart from set', () => {
    expect(stem('settings')).not.toBe(stem('set'));
  });

  it('keeps flags of one letter and names of models whole, and takes accents and fillers away', () => {
    expect(words('What does -m do with gpt-4o-mini?')).toEqual(['-m', 'gpt-4o-mini']);
    expect(words('Wie ändere ich den Schlüssel?')).toEqual(['ander', 'schlussel']);
  });

  it.each([
    ['model', 'modle', true],
    ['temperature', 'temprature', true],
    ['proxy', 'proxxy', true],
    ['anthropic', 'antropik', false],
    ['proxy', 'poetry', false],
    ['same', 'same', true],
  ])('%s and %s: one slip apart is %s', (one, other, expected) => {
    expect(almostSame(one, other)).toBe(expected);
    expect(almostSame(other, one)).toBe(expected);
  });

  it('sees every single slip', () => {
    const word = fc.stringMatching(/^[a-z]{2,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('drop', 'add', 'change', 'swap'), (text, at, slip) => {
        const index = at % (text.length - 1);
        const [before, rest] = [text.slice(0, index), text.slice(index)];
        const slipped = {
          drop: before + rest.slice(1),
          add: `${before}x${rest}`,
          change: `${before}x${rest.slice(1)}`,
          swap: before + rest[1] + rest[0] + rest.slice(2),
        }[slip];
        expect(almostSame(text, slipped)).toBe(true);
      }),
    );
  });

  it('cuts text without spaces at the words it knows and counts what is left', () => {
    expect(unspacedWords('如何设置代理？', ['设置', '代理'])).toEqual({ known: ['设置', '代理'], left: 0 });
    expect(unspacedWords('法国的首都', ['代理'])).toEqual({ known: [], left: 4 });
  });
});
