#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { runCli } from './cli.js';

// Whoever reads us may stop: `rowlock migrate sql | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await runCli(hideBin(process.argv));
// What handlers have left open must not keep the process; what was written must still come out.
process.stdout.write('', () => process.exit(code));
