import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { checkTypeErrors } from '../support/type-errors.js';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder, '../..');
const cases = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

describe('what must not compile', () => {
  const findings = checkTypeErrors(
    root,
    cases.map((name) => path.join(folder, name)),
  );

  it.each(cases)('%s is refused where and why it says', (name) => {
    expect(findings.get(path.join(folder, name))).toEqual([]);
  });
});

describe('checkTypeErrors', () => {
  it('finds a wrong reason, a missing refusal, a missing mark and a missing reason', async () => {
    const scratch = await makeTemporaryFolder();
    const file = path.join(scratch.path, 'case.mts');
    try {
      await writeFile(
        file,
        `// @ts-expect-error Type 'string' is not assignable to type 'number'
         export const right: number = 'text';
         // @ts-expect-error is not assignable to type 'boolean'
         export const wrongReason: number = 'text';
         // @ts-expect-error anything
         export const compiles: number = 1;
         export const unmarked: number = 'text';
         // @ts-expect-error
         export const unexplained: number = 'text';
`,
      );
      expect(checkTypeErrors(root, [file]).get(file)).toEqual([
        expect.stringMatching(/^line 7 is refused and not marked/),
        expect.stringMatching(
          /^line 3 expects "is not assignable to type 'boolean'", and the compiler says: Type 'string'/,
        ),
        'line 5 expects "anything", and the next line compiles',
        'line 8 does not say which message it expects',
      ]);
    } finally {
      await scratch.remove();
    }
  });
});
