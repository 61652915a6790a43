import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { mermaid } from '../../src/pipelines/mermaid.js';
import { ingest } from '../types/guide-pipelines.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

/** The blocks of the page in that language. */
async function blocks(language: string): Promise<string[]> {
  const page = await read('docs/pipelines.md');
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

describe('docs/pipelines.md', () => {
  it('shows programs that the compiler has seen', async () => {
    const compiled = await read('test/types/guide-pipelines.ts');
    const programs = await blocks('ts');
    expect(programs).toHaveLength(10);
    for (const program of programs) expect(compiled).toContain(program);
  });

  it('draws the first of them as Rowlock does', async () => {
    expect(await blocks('mermaid')).toEqual([mermaid(ingest)]);
  });
});
