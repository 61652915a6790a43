import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time for user programs in hundredths of a second, whatever the machine. */
const TICKS = 100;

interface ProcessTimes {
  readonly parent: number;
  /** Seconds of its own. */
  readonly own: number;
  /** Seconds of its children that have ended. */
  readonly reaped: number;
}

/** The processor time of every process, at one moment. */
export class ProcessTable {
  readonly #times: ReadonlyMap<number, ProcessTimes>;

  private constructor(times: ReadonlyMap<number, ProcessTimes>) {
    this.#times = times;
  }

  static read(): ProcessTable {
    const times = new Map<number, ProcessTimes>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      const entry = Number.isInteger(pid) ? readTimes(pid) : undefined;
      if (entry) times.set(pid, entry);
    }
    return new ProcessTable(times);
  }

  parent(pid: number): number | undefined {
    return this.#times.get(pid)?.parent;
  }

  /** Processes and all that descend from them. */
  descendants(roots: readonly number[]): number[] {
    const children = new Map<number, number[]>();
    for (const [pid, { parent }] of this.#times) children.set(parent, [...(children.get(parent) ?? []), pid]);
    const found = new Set<number>();
    const walk = (pid: number): void => {
      if (!this.#times.has(pid) || found.has(pid)) return;
      found.add(pid);
      for (const child of children.get(pid) ?? []) walk(child);
    };
    for (const root of roots) walk(root);
    return [...found];
  }

  /** Seconds of processes and of their children that have ended. */
  seconds(pids: readonly number[]): number {
    return pids.reduce((sum, pid) => sum + (this.#times.get(pid)?.own ?? 0), this.reaped(pids));
  }

  /** Seconds of their children that have ended. */
  reaped(pids: readonly number[]): number {
    return pids.reduce((sum, pid) => sum + (this.#times.get(pid)?.reaped ?? 0), 0);
  }
}

function readTimes(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It has ended.
  }
  // The name, in brackets, may hold anything; what follows is numbers: state, parent, …, utime, stime, cutime, cstime.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) / TICKS;
  return { parent: Number(fields[1]), own: ticks(11) + ticks(12), reaped: ticks(13) + ticks(14) };
}

/** Seconds that all processors together were busy since the machine started. */
export function machineBusy(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS;
}

/** The most memory that a process has had, in MB. */
export function peakMemory(pid: number): number {
  return readMemory(pid, 'VmHWM');
}

/** The memory that a process has at this moment, in MB. */
export function currentMemory(pid: number): number {
  return readMemory(pid, 'VmRSS');
}

function readMemory(pid: number, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** Seconds that the living threads of a process have run, to the nanosecond; 0 if it has ended. */
export function threadSeconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).reduce((sum, task) => {
      const nanoseconds = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ', 1)[0];
      return sum + Number(nanoseconds) / 1e9;
    }, 0);
  } catch {
    return 0;
  }
}
