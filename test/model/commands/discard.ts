import { ending } from './end.js';

/** The handler gives up. */
export const discard = ending('discard', 'discard');
