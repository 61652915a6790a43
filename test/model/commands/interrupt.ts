import { ending } from './end.js';

/** The worker hands back what it has not begun. */
export const interrupt = ending('interrupt', 'interrupt');
