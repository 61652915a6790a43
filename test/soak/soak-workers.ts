import type { Random } from '../support/random.js';
import type { ProcessEnd, WorkerProcess, WorkerProcessOptions } from '../support/worker-processes.js';

/** The worker processes of a soak: always as many, whichever of them are killed. */
export class SoakWorkers {
  #running: WorkerProcess[] = [];

  /** @param kinds how each of them works */
  constructor(
    private readonly kinds: readonly WorkerProcessOptions[],
    private readonly begin: (options: WorkerProcessOptions) => Promise<WorkerProcess>,
  ) {}

  async start(): Promise<void> {
    this.#running = await Promise.all(this.kinds.map(this.begin));
  }

  get all(): readonly WorkerProcess[] {
    return this.#running;
  }

  any(random: Random): WorkerProcess {
    const [worker] = random.some(this.#running, 1);
    if (!worker) throw new Error('no worker runs');
    return worker;
  }

  /** The one that works under that id, or has. */
  withId(id: string): WorkerProcess {
    const worker = this.#running.find((each) => workerIds(each).includes(id));
    if (!worker) throw new Error(`worker ${id} is none of those that run`);
    return worker;
  }

  /** Starts another in the place of one that is dead. */
  async replace(dead: WorkerProcess): Promise<void> {
    const place = this.#running.indexOf(dead);
    this.#running[place] = await this.begin(this.kinds[place] ?? {});
  }

  /**
   * Lets all end by themselves. @returns those that failed. A worker that had to abort an attempt, one that another has
   * overtaken for instance, says so, and ends with 1.
   */
  async stop(): Promise<readonly object[]> {
    for (const worker of this.#running) worker.signal('SIGTERM');
    const ends = await Promise.all(this.#running.map(async (worker) => ({ worker, end: await worker.ended })));
    return ends.flatMap(({ worker, end }) =>
      endedWell(worker, end) ? [] : [{ ...end, said: worker.lines.slice(-10), complaints: worker.complaints }],
    );
  }
}

function endedWell(worker: WorkerProcess, { code }: ProcessEnd): boolean {
  return code === 0 || (code === 1 && worker.events('worker.abort').length > 0);
}

/** Every id under which a process has worked. */
export function workerIds(worker: WorkerProcess): readonly string[] {
  return worker.events('worker.start').map(({ workerId }) => String(workerId));
}
