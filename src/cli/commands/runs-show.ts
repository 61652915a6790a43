import { Jobs } from '../../client/jobs.js';
import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { runPage } from '../run-page.js';
import { withContainer } from '../with-container.js';

/** So many of its jobs are looked through, and so many of those that failed are shown. */
const JOBS = { all: 200, failed: 20 };

export const runsShow = defineCommand({
  options: {},
  positionals: { id: 'The id of the run' },
  run: ({ id, ...args }, output) =>
    withContainer(args, output, async (container) => {
      const [pipelines, jobs] = [container.get(Pipelines), container.get(Jobs)];
      const status = await pipelines.status(id);
      const graph = await pipelines.graph(id);
      const { jobs: newest } = await jobs.list({ run: id }, { limit: JOBS.all });
      const { jobs: failed } = await jobs.list({ run: id, states: ['discarded', 'cancelled'] }, { limit: JOBS.failed });
      const page = runPage(status, graph, newest, failed);
      output.result(page.text, page.object);
      return EXIT.ok;
    }),
});
