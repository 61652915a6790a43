import { defineHandler } from '../../registry/define-handler.js';
import { NoPayload } from '../../registry/no-payload.js';
import { BUILT_IN } from './settings.js';

/** What becomes of a `.sleep` when its time is over: nothing, so that its run goes on. */
export const Sleep = defineHandler({
  ...BUILT_IN,
  name: 'pipelines.sleep',
  payload: NoPayload,
  handle: () => undefined,
});
