import { Verifier, type Finding } from '../../container/verifier.js';
import { milliseconds, type Duration } from '../../core/duration.js';
import { chooseDatabase } from '../choose-database.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { parseInteger } from '../parse-integer.js';

export const verify = defineCommand({
  options: {
    'statement-timeout': {
      type: 'string',
      default: '1m',
      requiresArg: true,
      describe: 'The most that the check of one invariant may take',
    },
    'settle-time': {
      type: 'string',
      default: '10s',
      requiresArg: true,
      describe: 'How long the workers get for what their sweep mends by itself, before it counts',
    },
    examples: {
      type: 'string',
      default: '20',
      requiresArg: true,
      describe: 'The most ids that are told of each invariant',
    },
  },
  run: async (args, output) => {
    const options = {
      statementTimeoutMs: milliseconds(args['statement-timeout'] as Duration, '--statement-timeout'),
      settleMs: milliseconds(args['settle-time'] as Duration, '--settle-time'),
      limit: parseInteger('examples', args.examples, 1, 10_000),
    };
    const database = await chooseDatabase(args, output);
    try {
      const findings = await new Verifier(database.dataSource, args.schema, options).verify();
      const where = `schema "${args.schema}" of ${database.address}`;
      const text = findings.length === 0 ? `All invariants hold in ${where}.` : report(findings, where);
      output.result(text, { schema: args.schema, findings });
      return findings.length === 0 ? EXIT.ok : EXIT.failed;
    } finally {
      await database.close();
    }
  },
});

function report(findings: readonly Finding[], where: string): string {
  const [are, those] =
    findings.length === 1 ? ['An invariant does', 'it'] : [`${findings.length} invariants do`, 'them'];
  const parts = findings.map(({ invariant, meaning, total, violations }) => {
    const more = total - violations.length;
    return [
      `${invariant}: ${meaning} Not so of ${total}:`,
      ...violations.map(({ id, problem }) => `  ${id}  ${problem}`),
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ].join('\n');
  });
  return [`${are} not hold in ${where}; docs/command-line.md says what to do about ${those}.`, ...parts].join('\n\n');
}
