import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { HANDLERS_OPTION } from '../handlers-option.js';
import { withApplication } from '../with-application.js';

export const runsRetry = defineCommand({
  options: HANDLERS_OPTION,
  positionals: { id: 'The id of the run' },
  run: ({ id, ...args }, output) =>
    withApplication(args, output, async (container) => {
      await container.get(Pipelines).retry(id);
      output.result(`Run ${id} goes on.`, { id });
      return EXIT.ok;
    }),
});
