import { ending } from './end.js';

/** Attempts end in different ways, and share a transaction. */
export const settle = ending('settle', 'return', 'throw', 'snooze', 'cancel', 'discard', 'interrupt');
