import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

/** Rows such as "| `code` | `message` |" of the README's section on refusals. */
async function refusalsOfReadme(): Promise<{ code: string; message: string }[]> {
  const section = (await read('README.md')).split('## What does not compile')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`[^|]*\| `([^`]+)`[^|]*\|$/gm)].map(([, code = '', message = '']) => ({
    code,
    message,
  }));
}

describe('the README', () => {
  it('shows refusals that the type tests hold, with the message that they hold', async () => {
    const lines = (await read('test/types/readme.ts')).split('\n').map((line) => line.trim());
    const refusals = await refusalsOfReadme();
    expect(refusals.length).toBeGreaterThan(15);
    for (const { code, message } of refusals) {
      const at = lines.findIndex((line) => line.replace(/,$/, '') === code);
      expect({ code, line: lines[at - 1] }).toEqual({ code, line: `// @ts-expect-error ${message}` });
    }
  });

  it('shows every refusal that is tested as one of its own', async () => {
    const marks = (await read('test/types/readme.ts')).match(/^\s*\/\/ @ts-expect-error /gm) ?? [];
    expect(await refusalsOfReadme()).toHaveLength(marks.length);
  });

  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'README.md', 'SECURITY.md'])(
    '%s links to files that exist',
    async (page) => {
      const links = [...(await read(page)).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
      for (const link of links) await expect(read(link)).resolves.not.toBe('');
    },
  );
});
