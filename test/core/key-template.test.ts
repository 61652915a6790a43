import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkTemplate, templateFields, templateRenderer } from '../../src/core/key-template.js';

const render = (template: string, payload: unknown): string => templateRenderer(template)(payload);

describe('a key template', () => {
  it('is the text with the fields of the payload in it', () => {
    expect(render('page:{url}', { url: 'https://a.example/?q=100%' })).toBe('page:https://a.example/?q=100%');
    expect(render('{owner.id}/{flag}/{size}', { owner: { id: 7 }, flag: false, size: 10n })).toBe('7/false/10');
    expect(render('nightly', { any: 1 })).toBe('nightly');
  });

  it('takes fields that are absent for nothing, wherever the path breaks off', () => {
    for (const payload of [{}, { owner: null }, { owner: {} }, { owner: { id: undefined } }, null, undefined]) {
      expect(render('shop:{owner.id}', payload)).toBe('shop:');
    }
  });

  it('renders objects as JSON, which does not depend on the time zone of the worker', () => {
    expect(render('{at}', { at: new Date(0) })).toBe('"1970-01-01T00:00:00.000Z"');
    expect(render('{tags}', { tags: ['a', 'b'] })).toBe('["a","b"]');
  });

  it('escapes what starts a text between two fields, so that keys do not meet', () => {
    expect(render('{host}:{port}', { host: '::1', port: 80 })).toBe('%3A%3A1:80');
    expect(render('{a} / {b}', { a: 'x / y', b: '5%' })).toBe('x%20/%20y / 5%25');
    expect(render('{a}😀{b}', { a: '😀', b: '😁' })).toBe('%u{1F600}😀😁');
  });

  it('gives two payloads one key only if all their texts are equal', () => {
    const separator = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }).filter((text) => !/[{}]|^%/.test(text));
    const affix = fc.string({ unit: 'grapheme', maxLength: 2 }).map((text) => text.replace(/[{}]/g, ''));
    fc.assert(
      fc.property(
        affix,
        fc.array(separator, { minLength: 0, maxLength: 3 }),
        affix,
        fc.gen(),
        (head, separators, tail, gen) => {
          const fields = ['a', 'b', 'c', 'd'].slice(0, separators.length + 1);
          const template = head + fields.map((field, index) => `{${field}}${separators[index] ?? ''}`).join('') + tail;
          checkTemplate(template, 'test');
          // Values made of the separators' own characters and of what escapes are made of: where collisions would be.
          const value = () =>
            gen(() =>
              fc.array(fc.constantFrom('%', '2', '5', 'u', '1', ...separators.flatMap((text) => [...text, text])), {
                maxLength: 4,
              }),
            ).join('');
          const payload = () => Object.fromEntries(fields.map((field) => [field, value()]));
          const [first, second] = [payload(), payload()];
          const renderer = templateRenderer(template);
          expect(renderer(first) === renderer(second)).toBe(fields.every((field) => first[field] === second[field]));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('keeps text well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(render('{a}😀{b}', { a, b })).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('lists its fields in their order', () => {
    expect(templateFields('a:{b.c}:{d}:{d}')).toEqual(['b.c', 'd', 'd']);
  });

  it.each(['page', 'page:{url}', '{a}', '{_a.$b1}', 'a{b}c{d}', '100%:{a}'])('may be %j', (template) => {
    expect(() => checkTemplate(template, 'here')).not.toThrow();
  });

  it.each([
    ['', 'it is empty'],
    ['{}', '{} names no field'],
    ['{a b}', '{a b} names no field'],
    ['{a..b}', '{a..b} names no field'],
    ['{0}', '{0} names no field'],
    ['{a', 'it has a brace without its partner'],
    ['a}', 'it has a brace without its partner'],
    ['{{a}}', 'it has a brace without its partner'],
    ['{a}{b}', 'two fields stand side by side, so that different payloads could give one key'],
    ['{a}%{b}', 'text between two fields must not start with "%", the escape character'],
  ])('must not be %j', (template, problem) => {
    expect(() => checkTemplate(template, '@Lock of ScrapePage')).toThrow(
      expect.objectContaining({
        code: 'KEY_TEMPLATE_INVALID',
        message:
          `@Lock of ScrapePage: ${JSON.stringify(template)} is no key template: ${problem}. ` +
          `Write text with fields of the payload in braces, such as 'page:{url}'.`,
      }),
    );
  });
});
