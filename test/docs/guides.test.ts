import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const guides = path.join(root, 'docs/guides');
const names = readdirSync(guides).map((file) => path.basename(file, '.md'));

/** What guides show of a caller, in one line each; the tests of the programs have it. */
const CALLS = readFileSync(path.join(root, 'test/examples/guides.test.ts'), 'utf8');

describe.each(names)('docs/guides/%s.md', (name) => {
  const program = readFileSync(path.join(root, `examples/guides/${name}.ts`), 'utf8');
  const page = readFileSync(path.join(guides, `${name}.md`), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, block = '']) => block);

  it('shows parts of its program, which CI compiles and runs', () => {
    expect(blocks.length).toBeGreaterThan(2);
    for (const block of blocks) expect(program.includes(block) || CALLS.includes(block.trim())).toBe(true);
  });

  it('is named in the README', () => {
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(`docs/guides/${name}.md`);
  });
});
