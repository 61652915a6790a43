import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { doctor } from '../../src/cli/commands/doctor.js';
import { migrateDown } from '../../src/cli/commands/migrate-down.js';
import { migrateSql } from '../../src/cli/commands/migrate-sql.js';
import { migrateStatus } from '../../src/cli/commands/migrate-status.js';
import { migrateUp } from '../../src/cli/commands/migrate-up.js';
import { runsCancel } from '../../src/cli/commands/runs-cancel.js';
import { runsFork } from '../../src/cli/commands/runs-fork.js';
import { runsGraph } from '../../src/cli/commands/runs-graph.js';
import { runsList } from '../../src/cli/commands/runs-list.js';
import { runsRerun } from '../../src/cli/commands/runs-rerun.js';
import { runsRetry } from '../../src/cli/commands/runs-retry.js';
import { runsSignal } from '../../src/cli/commands/runs-signal.js';
import { runsShow } from '../../src/cli/commands/runs-show.js';
import { verify } from '../../src/cli/commands/verify.js';
import { worker } from '../../src/cli/commands/worker.js';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.js';
import { INVARIANTS } from '../../src/repositories/sql/invariants/invariants.js';
import { ROOT } from '../support/cli.js';
import { expectSection } from '../support/expect-section.js';

const file = path.join(ROOT, 'docs/command-line.md');
const page = await readFile(file, 'utf8');

describe('docs/command-line.md', () => {
  it('lists the invariants that are verified', () => {
    const lines = INVARIANTS.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`);
    expectSection(file, 'invariants', `| invariant | what holds |\n|---|---|\n${lines.join('\n')}`);
  });

  it('lists every option, and none that is not there', () => {
    const runs = [runsList, runsShow, runsGraph, runsRetry, runsFork, runsRerun, runsSignal, runsCancel];
    const commands = [migrateUp, migrateDown, migrateStatus, migrateSql, ...runs, doctor, worker, verify];
    const known = [...Object.keys(GLOBAL_OPTIONS), ...commands.flatMap(({ options }) => Object.keys(options))];
    const rows = page.split('\n').filter((line) => line.startsWith('| `--'));
    const listed = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`--([\w-]+)`/g)].map(([, name]) => name),
    );
    expect(listed.toSorted()).toEqual([...new Set(known)].toSorted());
  });

  it('gives the default that an option has', () => {
    const defaults = Object.entries({ ...GLOBAL_OPTIONS, ...worker.options, ...verify.options })
      .map(([name, option]) => [name, 'default' in option ? option.default : undefined] as const)
      .filter(([, value]) => typeof value === 'string');
    expect(defaults.length).toBeGreaterThan(2);
    for (const [name, value] of defaults)
      expect(page).toMatch(new RegExp(`\\| \`--${name}\` \\|[^|]*\\| \`${String(value)}\` \\|`));
  });
});
