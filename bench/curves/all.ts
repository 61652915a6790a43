import type { Curve } from './curve.js';
import { CURVES, type CurveName } from './curve-names.js';
import { held } from './held.js';
import { history } from './history.js';
import { idle } from './idle.js';
import { keys } from './keys.js';
import { memory } from './memory.js';
import { payload } from './payload.js';
import { queues } from './queues.js';
import { rows } from './rows.js';
import { workers } from './workers.js';

const BY_NAME: Readonly<Record<CurveName, Curve>> = {
  rows,
  history,
  workers,
  payload,
  keys,
  held,
  queues,
  idle,
  memory,
};

/** Every curve, in the order in which they are measured. */
export const ALL_CURVES: readonly Curve[] = CURVES.map((name) => BY_NAME[name]);
