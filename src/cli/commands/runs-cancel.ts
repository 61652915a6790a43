import { Pipelines } from '../../client/pipelines.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { withContainer } from '../with-container.js';

export const runsCancel = defineCommand({
  options: {
    reason: { type: 'string', default: 'cancelled on request', requiresArg: true, describe: 'Kept with the run' },
    undo: { type: 'boolean', default: false, describe: 'Undo its completed steps' },
  },
  positionals: { id: 'The id of the run' },
  run: ({ id, reason, undo, ...args }, output) =>
    withContainer(args, output, async (container) => {
      const pipelines = container.get(Pipelines);
      const cancelled = await pipelines.cancel(id, reason, { undo });
      const { state } = await pipelines.status(id);
      const text = cancelled ? `Run ${id} is ${state}.` : `Nothing was changed: run ${id} was ${state} already.`;
      output.result(text, { id, cancelled, state });
      return cancelled ? EXIT.ok : EXIT.failed;
    }),
});
