import { describe, expect, it } from '@jest/globals';
import type { Frame } from '../../../bench/profile/call-tree.js';
import { flameGraph } from '../../../bench/profile/flame-graph.js';

const leaf = (name: string, origin: string, milliseconds: number): Frame => ({
  name,
  origin,
  milliseconds,
  children: [],
});
const root: Frame = {
  name: 'all',
  origin: 'node',
  milliseconds: 100,
  children: [
    { ...leaf('run <T>', 'rowlock', 75), children: [leaf('a name that does not fit its box', 'pg-protocol', 10)] },
    leaf('rare', 'typeorm', 1),
  ],
};

describe('a flame graph', () => {
  const picture = flameGraph('Work', root);

  it('has a box for each function, as wide as its time, and tells its share', () => {
    expect(picture.match(/<rect x=/g)?.length).toBe(4 + 6); // with those of the legend
    expect(picture).toContain('<title>run &lt;T&gt; (rowlock): 75.0 %</title>');
    expect(picture).toMatch(/<rect x="0" y="52" width="719\.5"/);
  });

  it('writes names where there is room, as much as there is', () => {
    expect(picture).toContain('>run &lt;T&gt;<');
    expect(picture).toMatch(/>a name that d?o?…</);
    expect(picture).not.toContain('>rare<');
  });

  it('gives what is the driver’s one colour, and one to all others', () => {
    const colourOf = (name: string) => new RegExp(`fill="(#.{6})">\\s*<title>${name}`).exec(picture)?.[1];
    expect(colourOf('a name')).toBe('#3fb950');
    expect(colourOf('rare')).toBe('#8b949e');
  });
});
