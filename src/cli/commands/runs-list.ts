import type { RunFilter } from '../../client/run-query.js';
import { Pipelines } from '../../client/pipelines.js';
import type { RunStatus } from '../../client/run-status.js';
import { RUN_STATES, type RunState } from '../../core/run-state.js';
import { defineCommand, type ArgumentsOf } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { parseInteger } from '../parse-integer.js';
import { showMoment } from '../show-moment.js';
import { textTable } from '../text-table.js';
import { withContainer } from '../with-container.js';

const OPTIONS = {
  state: {
    type: 'string',
    requiresArg: true,
    describe: `Only runs of these states, or "unfinished": ${Object.keys(RUN_STATES).join(',')}`,
  },
  pipeline: { type: 'string', requiresArg: true, describe: 'Only runs of this pipeline' },
  limit: { type: 'string', default: '20', requiresArg: true, describe: 'The most runs that are listed, up to 1000' },
  after: { type: 'string', requiresArg: true, describe: 'Where the page before ended: the "next" of its JSON' },
} as const;

export const runsList = defineCommand({
  options: OPTIONS,
  run: (args, output) =>
    withContainer(args, output, async (container) => {
      const limit = parseInteger('limit', args.limit, 1, 1_000);
      const page = await container.get(Pipelines).list(filterOf(args), { limit, after: args.after ?? null });
      const table = textTable(['run', 'pipeline', 'state', 'steps', 'started', 'ended'], page.runs.map(row));
      const more = page.next === null ? '' : `\n\nThere are more: --after ${page.next}`;
      output.result(page.runs.length === 0 ? 'No runs.' : `${table}${more}`, { ...page });
      return EXIT.ok;
    }),
});

function filterOf({ state, pipeline }: ArgumentsOf<typeof OPTIONS>): RunFilter {
  return {
    ...(state === undefined ? {} : state === 'unfinished' ? { unfinished: true } : { states: statesOf(state) }),
    ...(pipeline === undefined ? {} : { pipeline }),
  };
}

/** What is no state the list refuses. */
function statesOf(text: string): RunState[] {
  return text.split(',').map((state) => state.trim() as RunState);
}

function row({ id, pipeline, state, steps, createdAt, finishedAt }: RunStatus): readonly string[] {
  const over = steps.filter((step) => step.finishedAt !== null).length;
  return [id, pipeline, state, `${over}/${steps.length}`, showMoment(createdAt), showMoment(finishedAt)];
}
