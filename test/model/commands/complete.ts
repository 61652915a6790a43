import { ending } from './end.js';

/** The handler returns; of a transactional one, what it wrote commits with that, or not at all. */
export const complete = ending('complete', 'return');
