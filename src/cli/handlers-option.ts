/** The folder of the application's handlers and pipelines, for commands that load it. */
export const HANDLERS_OPTION = {
  handlers: {
    type: 'string',
    default: 'handlers',
    requiresArg: true,
    describe: 'The folder whose handlers, pipelines and inversify modules are loaded',
  },
} as const;
