import type { Mutant } from './mutant.js';

/** Mistakes in what a worker does besides its jobs: what it asks, and what it takes for lost. */
export const workerMutants: readonly Mutant[] = [
  {
    name: 'emptied-worker-claims-without-a-pause',
    file: 'src/worker/poller.ts',
    find: 'this.#floors.next(!this.#full)',
    replace: 'this.#floors.next(!this.#more)',
    killedBy: 'test/worker/poller.test.ts',
  },
  {
    name: 'new-connection-is-above-suspicion',
    file: 'src/repositories/silent-connections.ts',
    find: 'stream.bytesRead === 0',
    replace: 'stream.bytesRead < 0',
    killedBy: 'test/repositories/silent-connections.test.ts',
  },
  {
    name: 'earlier-answer-clears-a-connection',
    file: 'src/repositories/silent-connections.ts',
    find: 'if (known?.bytesRead !== client.connection.stream.bytesRead)',
    replace: 'if (!known)',
    killedBy: 'test/repositories/silent-connections.test.ts',
  },
  {
    name: 'sweep-waits-for-its-turn',
    file: 'src/scheduler/partitions.ts',
    find: 'this.#waitsForTurn ? lockPartitions : tryLockPartitions',
    replace: 'lockPartitions',
    killedBy: 'test/scheduler/partitions.test.ts',
    only: 'need not wait',
  },
  {
    name: 'lost-answer-is-waited-for',
    file: 'src/repositories/unanswered-connections.ts',
    find: 'wait.isOwedNothing = owedNothing.includes(client)',
    replace: 'wait.isOwedNothing = false',
    killedBy: 'test/repositories/unanswered-connections.test.ts',
    only: 'question was lost',
  },
  {
    name: 'wait-for-a-lock-is-taken-for-lost',
    file: 'src/repositories/sql/find-idle-sessions.ts',
    find: 'a.state not in',
    replace: 'a.state in',
    killedBy: 'test/repositories/unanswered-connections.test.ts',
    only: 'wait for a lock',
  },
  {
    name: 'session-of-a-pooler-is-asked-for',
    file: 'src/repositories/database.ts',
    find: 'if (!(await this.#hasOwnSession(asking))) return null;',
    replace: '',
    killedBy: 'test/repositories/unanswered-connections.test.ts',
    only: 'behind a pooler',
  },
];
