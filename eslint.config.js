import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { layerRules } from './eslint.layers.js';

/** Text that begins like a statement; the first piece of a template is enough to tell. */
const SQL =
  '^\\s*(?:select\\s[^]*(?:\\sfrom\\s|\\()|insert\\s+into\\s|update\\s+\\S+(?:\\s+as)?\\s+(?:\\w+\\s+)?set\\s|delete\\s+from\\s|' +
  'with\\s+(?:recursive\\s+)?\\w+\\s*(?:\\([^)]*\\)\\s*)?as\\s|(?:create|alter|drop|truncate)\\s+(?:or\\s+replace\\s+)?' +
  '(?:table|schema|index|unique|function|view|trigger|type|role)\\s|notify\\s)';
const LISTEN = '^\\s*(?:un)?listen\\s';

/**
 * @param {string} pattern
 * @param {string} message
 */
const noText = (pattern, message) => [
  { selector: `Literal[value=/${pattern}/i]`, message },
  { selector: `TemplateLiteral > TemplateElement:first-child[value.raw=/${pattern}/i]`, message },
];

const noSql = noText(SQL, 'SQL lives in migrations/ and src/repositories/sql/, one statement a file.');
const noListen = noText(LISTEN, 'Only src/notifier/ listens: it alone has a connection of its own.');

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '**/node_modules/', '**/dist/'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  importX.flatConfigs.typescript,
  {
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    // Sources import "./x.js", which is x.ts until it is compiled.
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } })] },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // What reads as unused is declared so on purpose: a parameter that an interface demands, a type's marker.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...noSql, ...noListen],
      // Steering is thrown and is no Error on purpose (see src/core/steering.ts).
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'file', name: ['Steering', 'Snooze', 'Cancel', 'Discard'] }], allowRethrowing: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...layerRules,
  {
    // A statement is as long as it is.
    files: ['migrations/**', 'src/repositories/sql/**'],
    rules: { 'no-restricted-syntax': 'off', 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  // A relation is declared at both of its ends, each naming the other lazily.
  { files: ['entities/**'], rules: { 'import-x/no-cycle': 'off' } },
  // A thread shares no pool: it must make its connection itself. Its `workerData` is what its starter says it is.
  {
    files: ['src/worker/heartbeat-thread.mjs'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  { files: ['src/notifier/**'], rules: { 'no-restricted-syntax': ['error', ...noSql] } },
  {
    // A test asks the database directly, measures tell what they need, and a `describe` is one long function.
    files: ['test/**', 'bench/**'],
    rules: {
      'no-restricted-syntax': 'off',
      'no-console': 'off',
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  {
    // These are loaded by their default export.
    files: ['*.config.js', 'ormconfig.ts', 'test/support/global-*.ts', 'test/mutants/*.js', 'test/chaos/*.js'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  { files: ['examples/**'], rules: { 'no-console': 'off' } },
  // The guides are applications, with tables of their own.
  { files: ['examples/guides/**'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
