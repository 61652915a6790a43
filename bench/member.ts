import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Settings } from './adapters/adapter.js';
import type { Call, ChildTask } from './child/main.js';
import type { Producer } from './child/producer.js';
import type { Worker, WorkerEvent } from './child/worker.js';

const PROGRAM = fileURLToPath(new URL('./child/main.js', import.meta.url));

type Message = WorkerEvent | { readonly ready: Settings } | Answer;
type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** The methods of `Role`, called in another process. */
export type Remote<Role> = {
  [Name in keyof Role]: Role[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : never;
};

/** A process of a system under measure. */
export class Member<Role extends Producer | Worker> {
  /** Called with what a worker tells. */
  onEvent: (event: WorkerEvent) => void = () => undefined;
  readonly #calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  /** Never resolves; rejects if the process ends by itself. */
  readonly broken: Promise<never>;
  #next = 0;
  #errors = '';
  #break: (error: Error) => void = () => undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly task: ChildTask,
    readonly settings: Settings,
  ) {
    this.broken = new Promise((_, reject) => (this.#break = reject));
    this.broken.catch(() => undefined);
    child.on('message', (message: Message) => this.#receive(message));
    child.once('exit', (code, signal) => this.#fail(`ended with ${signal ?? code}`));
    child.stderr?.on('data', (data: Buffer) => (this.#errors = (this.#errors + data.toString()).slice(-4_000)));
  }

  /** Starts one, with a Node of the bench's choice. */
  static async start<Role extends Producer | Worker>(node: string, task: ChildTask): Promise<Member<Role>> {
    const child = fork(PROGRAM, [JSON.stringify(task)], {
      execPath: node,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    const hear = (data: Buffer): void => void (errors += data.toString());
    child.stderr?.on('data', hear);
    const settings = await new Promise<Settings>((resolve, reject) => {
      child.once('message', (message: Message) => ('ready' in message ? resolve(message.ready) : undefined));
      child.once('exit', (code) => reject(new Error(`${task.adapter} did not start (exit ${code}):\n${errors}`)));
      child.once('error', reject);
    });
    child.stderr?.off('data', hear);
    return new Member<Role>(child, task, settings);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its methods. */
  readonly call = new Proxy({} as Remote<Role>, {
    get:
      (_, method: string) =>
      (...values: unknown[]) =>
        this.#call(method, values),
  });

  /** Ends it, at once. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  #call(method: string, values: readonly unknown[]): Promise<unknown> {
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      if (this.child.exitCode !== null || !this.child.connected) return this.#fail('is gone');
      this.child.send({ id, method, values } satisfies Call);
    });
  }

  #receive(message: Message): void {
    if ('event' in message) return this.onEvent(message);
    if ('ready' in message) return;
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.value);
    else call?.reject(new Error(`${this.task.adapter}: ${message.error}`));
  }

  #fail(how: string): void {
    const error = new Error(`The ${this.task.role} of ${this.task.adapter} ${how}.\n${this.#errors}`);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    this.#break(error);
  }
}
