/**
 * Who sees whom (ARCHITECTURE): imports point down, so that whoever reads a file needs only what lies below it. Each
 * line may import from its own and those under it; a call upward is a port that is declared here and joined above.
 */
const LAYERS = [
  ['src/cli', 'src/http', 'src/testing', 'src/dev'],
  ['src/container'],
  ['src/client', 'src/worker', 'src/scheduler', 'src/pipelines', 'src/blobs'],
  ['src/engine'],
  ['src/repositories', 'src/registry', 'src/notifier', 'src/telemetry'],
  ['entities', 'src/decorators'],
  ['src/core'],
];

/** These are written as users write: they see the public entry points and each other's own files only. */
const USERS = ['handlers', 'examples', 'bench'];
const PUBLIC = ['index.ts', 'dev/index.ts'];

const upward = LAYERS.slice(1).flatMap((layer, index) =>
  layer.map((target) => ({
    target,
    from: [...LAYERS.slice(0, index + 1).flat(), 'src/index.ts', ...USERS],
    message: 'Imports point down (ARCHITECTURE, "Who sees whom"): declare a port here and implement it above.',
  })),
);

const zones = [
  ...upward,
  { target: LAYERS[0], from: USERS, message: 'The package does not depend on what is written against it.' },
  ...USERS.map((target) => ({
    target,
    from: 'src',
    except: PUBLIC,
    message: 'Handlers, examples and measures use the public API only, as users do.',
  })),
  {
    target: 'migrations',
    from: ['src', 'entities', 'handlers'],
    message: 'A migration is frozen once released and must not change with the code: it imports typeorm only.',
  },
];

/**
 * @param {string} name
 * @param {string} message
 */
const onlyThere = (name, message) => ({ name, message, allowTypeImports: true });

const TYPEORM = onlyThere('typeorm', 'Only src/repositories/ and src/container/ use TypeORM at run time.');
const PG = onlyThere('pg', 'Only src/repositories/, src/notifier/ and src/container/ use pg at run time.');
const INVERSIFY = onlyThere(
  'inversify',
  'src/container/ is the composition root: only it, and the marker of @JobHandler, know inversify.',
);
const WINSTON = onlyThere('winston', 'Only src/telemetry/ writes logs; the engine emits events.');

/** @param {ReturnType<typeof onlyThere>[]} paths */
const packages = (...paths) => ({ '@typescript-eslint/no-restricted-imports': ['error', { paths }] });

/** Configuration objects to spread into eslint.config.js. */
export const layerRules = [
  { files: ['**/*.ts'], rules: { 'import-x/no-restricted-paths': ['error', { zones }] } },
  { files: ['src/**'], rules: packages(TYPEORM, PG, INVERSIFY, WINSTON) },
  { files: ['src/repositories/**'], rules: packages(INVERSIFY, WINSTON) },
  { files: ['src/notifier/**'], rules: packages(TYPEORM, INVERSIFY, WINSTON) },
  { files: ['src/container/**'], rules: packages(WINSTON) },
  { files: ['src/telemetry/**'], rules: packages(TYPEORM, PG, INVERSIFY) },
  { files: ['src/decorators/injectable.ts'], rules: packages(TYPEORM, PG, WINSTON) },
  {
    files: ['src/core/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\./)', message: 'core holds pure rules and imports nothing but itself.' }] },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/decorators/metadata.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Reflect', message: 'Only src/decorators/metadata.ts reads and writes metadata.' },
      ],
    },
  },
];
