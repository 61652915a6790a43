import { ending } from './end.js';

/** The handler cancels its own job: the verb `cancel` by the attempt itself. */
export const stop = ending('stop', 'cancel');
