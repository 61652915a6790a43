import { clearLine, cursorTo } from 'node:readline';

/** Prints a line, or some. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints something that is good to know, under its name. */
export function sayFact(name: string, value: string): void {
  say(`  ${name.padEnd(10)}${value}`);
}

/** Shows on a terminal what is going on; what is returned takes it away. */
export function sayFor(text: string): () => void {
  const { stdout } = process;
  if (!stdout.isTTY) return () => undefined;
  stdout.write(`  ${text}`);
  return () => {
    cursorTo(stdout, 0);
    clearLine(stdout, 0);
  };
}
