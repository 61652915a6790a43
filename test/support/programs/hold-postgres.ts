/** Holds a development server until it is told to end or is killed: `hold-postgres.ts <directory>`. */
import { startPostgres } from '../../../src/dev/index.js';

const directory = process.argv[2];
if (!directory) throw new Error('usage: hold-postgres.ts <directory>');
const server = await startPostgres({ directory });
process.stdout.write(`${server.url}\n`);
// The server must not keep us alive; only what the program does may.
process.stdin.on('data', (command) => {
  if (command.toString().trim() === 'stop') void server.stop().then(() => process.exit(0));
  if (command.toString().trim() === 'exit') process.exit(0);
});
