import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { HANDLERS_OPTION } from '../handlers-option.js';
import { parseInput } from '../parse-input.js';
import { withApplication } from '../with-application.js';

export const runsRerun = defineCommand({
  options: {
    ...HANDLERS_OPTION,
    input: { type: 'string', requiresArg: true, describe: 'Another input, as JSON' },
  },
  positionals: { id: 'The id of the run' },
  run: ({ id, input, ...args }, output) =>
    withApplication(args, output, async (container) => {
      const options = input === undefined ? {} : { input: parseInput(input) };
      const rerun = await container.get(Pipelines).rerun(id, options);
      output.result(`Run ${rerun.id} was started.`, { id: rerun.id, of: id });
      return EXIT.ok;
    }),
});
