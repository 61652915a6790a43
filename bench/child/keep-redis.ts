/** Holds a redis-server as long as the bench lives, and ends it when the bench is gone, in whatever way. */
import { spawn } from 'node:child_process';

const [program = 'redis-server', ...words] = process.argv.slice(2);
const server = spawn(program, words, { stdio: 'ignore' });
server.once('spawn', () => process.send?.({ pid: server.pid }));
server.once('error', (error) => process.send?.({ error: error.message }));
server.once('exit', () => process.exit(0));
const end = (): void => void server.kill('SIGKILL');
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', () => undefined);
