import { ending } from './end.js';

/** The handler asks for later. */
export const snooze = ending('snooze', 'snooze');
