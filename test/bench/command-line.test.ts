import { describe, expect, it } from '@jest/globals';
import { readCommand } from '../../bench/command-line.js';

describe('the command line of the bench', () => {
  it('measures every workload, and no curve', () => {
    expect(readCommand([])).toMatchObject({ size: 'usual', curves: null, peers: null, save: null, redraw: null });
    expect(readCommand([]).workloads).toHaveLength(9);
  });

  it('measures curves instead', () => {
    expect(readCommand(['--curves', '--quick', '--only', 'rows,memory'])).toMatchObject({
      size: 'quick',
      workloads: [],
      curves: ['rows', 'memory'],
    });
  });

  it('looks into Rowlock instead', () => {
    expect(readCommand(['--profile'])).toMatchObject({
      workloads: [],
      curves: null,
      profiles: ['singles', 'bulk', 'drain', 'pipelines'],
    });
    expect(readCommand(['--profile', '--only', 'drain', '--save'])).toMatchObject({
      profiles: ['drain'],
      save: 'docs',
    });
  });

  it('knows workloads and curves apart', () => {
    expect(() => readCommand(['--only', 'rows'])).toThrow('--only knows no rows');
    expect(() => readCommand(['--curves', '--only', 'w2'])).toThrow('--only knows no w2');
  });

  it('saves to docs, or to another folder', () => {
    expect(readCommand(['--full', '--save'])).toMatchObject({ size: 'full', save: 'docs' });
    expect(readCommand(['--curves', '--trial', '--save', 'elsewhere']).save).toBe('elsewhere');
    expect(readCommand(['--redraw'])).toMatchObject({ redraw: 'docs' });
  });

  it('saves what counts only: whole runs, and no trials', () => {
    expect(() => readCommand(['--trial', '--save'])).toThrow('A trial is not saved');
    expect(() => readCommand(['--only', 'w2', '--save'])).toThrow('one whole run');
    expect(() => readCommand(['--peers', 'none', '--save'])).toThrow('one whole run');
    expect(readCommand(['--curves', '--only', 'rows', '--save'])).toMatchObject({ curves: ['rows'], save: 'docs' });
  });
});
