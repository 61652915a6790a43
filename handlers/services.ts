import { handlersModule } from './handlers-module.js';

/**
 * What the handlers of this folder inject, for `rowlock worker`: it loads every module of inversify that the folder
 * exports, and binds the DataSource of ormconfig.
 */
export const services = handlersModule();
