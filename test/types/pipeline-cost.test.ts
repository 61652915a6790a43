import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const folder = path.dirname(fileURLToPath(import.meta.url));

const root = path.resolve(folder, '../..');

/** What a file costs the compiler after the files before it. Not in seconds: those depend on what else the machine does. */
function instantiationsOf(file: string, ...before: string[]): number {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = [...before, file].map((name) => path.join(folder, name));
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const counts = files.map((name) => {
    expect(program.getSemanticDiagnostics(program.getSourceFile(name))).toEqual([]);
    return program.getInstantiationCount();
  });
  return (counts.at(-1) ?? 0) - (counts.at(-2) ?? 0);
}

describe('a pipeline of thirty steps', () => {
  // The program is large, whatever the pipeline costs: it has the types of every library that handlers see.
  it('costs the compiler less than 2,000 instantiations a step: well under two seconds for all', () => {
    const cost = instantiationsOf('pipeline-of-thirty-steps.ts', 'pipeline-handlers.ts');
    expect(cost).toBeGreaterThan(30);
    expect(cost).toBeLessThan(30 * 2_000);
  }, 120_000);
});
