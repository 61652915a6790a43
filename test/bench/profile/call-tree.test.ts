import { describe, expect, it } from '@jest/globals';
import type { Profiler } from 'node:inspector/promises';
import { callTree, timeByOrigin } from '../../../bench/profile/call-tree.js';

const node = (id: number, functionName: string, url: string, children: number[] = []): Profiler.ProfileNode => ({
  id,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
  children,
});

/** `run` calls `parse` of a package from two lines, which V8 tells apart. */
const profile: Profiler.Profile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 7, 8]),
    node(2, '(idle)', ''),
    node(3, 'run', 'file:///app/dist/engine.js', [4, 5, 6]),
    node(4, 'parse', 'file:///app/node_modules/pg-protocol/dist/parser.js'),
    node(5, 'parse', 'file:///app/node_modules/pg-protocol/dist/parser.js'),
    node(6, '', 'file:///app/node_modules/@scope/pack/index.js'),
    node(7, '(garbage collector)', ''),
    node(8, 'processTicks', 'node:internal/process'),
  ],
  startTime: 0,
  endTime: 0,
  samples: [2, 3, 4, 5, 6, 7, 8],
  timeDeltas: [9_000, 1_000, 2_000, 3_000, 500, 400, 100],
};

describe('the calls of a process', () => {
  it('are a tree, the dearest first, without what it did while it waited', () => {
    expect(callTree(profile, 0)).toEqual({
      name: 'all',
      origin: 'node',
      milliseconds: 7,
      children: [
        {
          name: 'run',
          origin: 'rowlock',
          milliseconds: 6.5,
          children: [
            { name: 'parse', origin: 'pg-protocol', milliseconds: 5, children: [] },
            { name: '(anonymous)', origin: '@scope/pack', milliseconds: 0.5, children: [] },
          ],
        },
        { name: '(garbage collector)', origin: 'garbage collector', milliseconds: 0.4, children: [] },
        { name: 'processTicks', origin: 'node', milliseconds: 0.1, children: [] },
      ],
    });
  });

  it('that are seldom seen are left to their callers', () => {
    const [run] = callTree(profile, 0.1).children;
    expect(run).toMatchObject({ milliseconds: 6.5, children: [{ name: 'parse' }] });
    expect(run?.children).toHaveLength(1);
  });

  it('are summed up by whose they are', () => {
    expect(timeByOrigin(profile)).toEqual([
      { origin: 'pg-protocol', milliseconds: 5 },
      { origin: 'rowlock', milliseconds: 1 },
      { origin: '@scope/pack', milliseconds: 0.5 },
      { origin: 'garbage collector', milliseconds: 0.4 },
      { origin: 'node', milliseconds: 0.1 },
    ]);
  });
});
