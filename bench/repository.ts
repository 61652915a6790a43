import { fileURLToPath } from 'node:url';

/** The folder of this repository, seen from bench/dist. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
