import { Pipelines } from '../../client/pipelines.js';
import { mermaid } from '../../pipelines/mermaid.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { withContainer } from '../with-container.js';

export const runsGraph = defineCommand({
  options: {},
  positionals: { id: 'The id of the run' },
  run: ({ id, ...args }, output) =>
    withContainer(args, output, async (container) => {
      const graph = await container.get(Pipelines).graph(id);
      output.result(mermaid(graph).trimEnd(), { ...graph });
      return EXIT.ok;
    }),
});
