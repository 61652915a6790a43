import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { HANDLERS_OPTION } from '../handlers-option.js';
import { parseInput } from '../parse-input.js';
import { withApplication } from '../with-application.js';

export const runsFork = defineCommand({
  options: {
    ...HANDLERS_OPTION,
    from: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'The step that is done again, or several: images,stored',
    },
    input: { type: 'string', requiresArg: true, describe: 'Another input, as JSON' },
  },
  positionals: { id: 'The id of the run' },
  run: ({ id, from, input, ...args }, output) =>
    withApplication(args, output, async (container) => {
      const steps = from.split(',').map((step) => step.trim());
      const options = { from: steps, ...(input === undefined ? {} : { input: parseInput(input) }) };
      const fork = await container.get(Pipelines).fork(id, options);
      output.result(`Run ${fork.id} was started.`, { id: fork.id, of: id });
      return EXIT.ok;
    }),
});
