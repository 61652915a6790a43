import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { parseInput } from '../parse-input.js';
import { withContainer } from '../with-container.js';

export const runsSignal = defineCommand({
  options: {
    payload: { type: 'string', default: '{}', requiresArg: true, describe: 'What is sent, as JSON' },
  },
  positionals: { id: 'The id of the run', step: 'The step that waits, or will' },
  run: ({ id, step, payload, ...args }, output) =>
    withContainer(args, output, async (container) => {
      const sent = await container.get(Pipelines).signal(id, step, parseInput(payload, '--payload'));
      const text = sent
        ? `Step ${step} of run ${id} has its signal.`
        : `Nothing was sent: step ${step} of run ${id} has had its signal, or is over.`;
      output.result(text, { id, step, sent });
      return sent ? EXIT.ok : EXIT.failed;
    }),
});
