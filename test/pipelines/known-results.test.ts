import { describe, expect, it } from '@jest/globals';
import { KnownResults } from '../../src/pipelines/known-results.js';

describe('known results', () => {
  it('are those of all steps that are asked for, or none', () => {
    const known = new KnownResults();
    known.remember('a', 'first', '{"n":1}');
    known.remember('a', 'second', 'null');
    known.remember('b', 'first', '2');
    expect(known.of('a', ['first', 'second'])).toEqual({ first: { n: 1 }, second: null });
    expect(known.of('b', ['first', 'second'])).toBeNull();
    expect(known.of('c', ['first'])).toBeNull();
    expect(known.of('c', [])).toEqual({});
  });

  it('are new values each time, so that a callback that changes one changes nobody else’s', () => {
    const known = new KnownResults();
    known.remember('a', 'first', '{"list":[1]}');
    (known.of('a', ['first'])?.['first'] as { list: number[] }).list.push(2);
    expect(known.of('a', ['first'])).toEqual({ first: { list: [1] } });
  });

  it('are not those of runs that have ended, nor large ones', () => {
    const known = new KnownResults();
    known.remember('a', 'first', '1');
    known.forget('a');
    known.remember('b', 'first', JSON.stringify('x'.repeat(5_000)));
    expect([known.of('a', ['first']), known.of('b', ['first'])]).toEqual([null, null]);
  });

  it('are forgotten when others have been met since', () => {
    const known = new KnownResults();
    const large = JSON.stringify('x'.repeat(3_990));
    known.remember('kept', 'first', large);
    known.remember('old', 'first', large);
    for (let n = 0; n < 1_200; n++) known.remember(`run ${n}`, 'first', large);
    known.remember('kept', 'second', '2');
    for (let n = 1_200; n < 2_400; n++) known.remember(`run ${n}`, 'first', large);
    expect(known.of('old', ['first'])).toBeNull();
    expect(known.of('kept', ['first', 'second'])).toEqual({ first: 'x'.repeat(3_990), second: 2 });
  });
});
