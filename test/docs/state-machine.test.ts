import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { JOB_STATES, TRANSITIONS } from '../../src/core/job-state.js';

const page = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/state-machine.md');

/** The page is rendered from the table that the SQL guards are rendered from; `UPDATE_DOCS=1 npm test` writes it. */
function render(): string {
  const states = Object.entries(JOB_STATES).map(
    ([name, { final, meaning }]) => `| \`${name}\` | ${final ? 'yes' : ''} | ${meaning} |`,
  );
  const verbs = Object.entries(TRANSITIONS).map(
    ([verb, { from, to, fenced, meaning }]) =>
      `| \`${verb}\` | ${from.join(' · ') || '–'} | ${to.join(' · ') || 'gone'} | ${fenced ? 'yes' : ''} | ${meaning} |`,
  );
  const edges = Object.entries(TRANSITIONS).flatMap(([verb, { from, to }]) =>
    (from.length > 0 ? from : ['[*]']).flatMap((source) =>
      (to.length > 0 ? to : ['[*]']).map((target) => `  ${source} --> ${target}: ${verb}`),
    ),
  );
  return `# The state machine of a job

Rendered from \`src/core/job-state.ts\`, from which the guards of the SQL statements are rendered too.
A fenced verb also asks for the token of the claim, which grows with every claim: a late answer changes nothing.

| state | final | meaning |
|---|---|---|
${states.join('\n')}

| verb | from | to | fenced | meaning |
|---|---|---|---|---|
${verbs.join('\n')}

\`\`\`mermaid
stateDiagram-v2
${edges.join('\n')}
\`\`\`
`;
}

it('docs/state-machine.md says what TRANSITIONS say', async () => {
  if (process.env['UPDATE_DOCS']) await writeFile(page, render());
  expect(await readFile(page, 'utf8')).toBe(render());
});
