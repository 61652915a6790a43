import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { allMutants } from '../mutants/all-mutants.js';
import { FAULTS } from '../faults/catalogue.js';
import { scenes } from '../races/scenes.js';
import { expectSection } from '../support/expect-section.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const page = path.join(root, 'docs/reliability.md');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Each command with what its file says of it. */
function commands(): string {
  const folder = 'test/model/commands';
  const lines = readdirSync(path.join(root, folder)).flatMap((file) =>
    [...read(`${folder}/${file}`).matchAll(/^\/\*\* (.*) \*\/\nexport const (\w+)/gm)].map(
      ([, said, name]) => `| \`${name}\` | ${said} |`,
    ),
  );
  return `| command | what happens |\n|---|---|\n${lines.join('\n')}`;
}

function mutants(): string {
  const lines = allMutants.map(
    ({ name, file, killedBy }) =>
      `| ${name.replaceAll('-', ' ')} | \`${file}\` | \`${killedBy.replace('.test.ts', '')}\` |`,
  );
  return `${allMutants.length} mutants:\n\n| mistake | in | killed by |\n|---|---|---|\n${lines.join('\n')}`;
}

function races(): string {
  const lines = scenes.map(({ name, parties }) => `| ${name} | ${parties.map((party) => party.name).join('; ')} |`);
  const pairs = scenes.reduce(
    (sum, { parties }) => sum + parties.filter(({ comesSecond }) => !comesSecond).length * parties.length,
    0,
  );
  return `${pairs} ordered pairs:\n\n| scene | parties |\n|---|---|\n${lines.join('\n')}`;
}

function faults(): string {
  const lines = FAULTS.map(({ id, fault, tier, holds, tests }) => {
    const links = tests.map((test) => `[${path.basename(test)}](../test/${test}.ts)`);
    return `| ${[id, fault, holds, tier, links.join(', ')].join(' | ')} |`;
  });
  return `| id | what happens | what holds | tried | tests |\n|---|---|---|---|---|\n${lines.join('\n')}`;
}

describe('docs/reliability.md', () => {
  it.each(Object.entries({ commands, mutants, races, faults }))('has the %s of the tests', (name, render) => {
    expectSection(page, name, render());
  });

  it('names files that are there', () => {
    const linked = [...readFileSync(page, 'utf8').matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(([, file = '']) => file);
    expect(linked.length).toBeGreaterThan(3);
    expect(linked.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
