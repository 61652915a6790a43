import { DefinitionError } from '../core/errors.js';

/** What a watcher has been told of a step. */
interface Told {
  /** Epoch milliseconds. By it a step that is done again, because its run was retried, is told from one that is not. */
  readonly startedAt: number;
  readonly items: number;
  readonly ended: boolean;
}

const NOTHING = { items: 0, ended: false } as const;
const PART = /^([0-9a-z]+)(?:-(\d+)|(~))?$/;

/**
 * What a watcher has been told of a run: of each step by its position when it began, how many items, and whether it is over.
 * As text it is a part a step, with dots between them: `mh2x9k1c~.mh2x9k3f-17`.
 */
export class EventCursor {
  readonly #told = new Map<number, Told>();

  /** @throws DefinitionError `OPTION_INVALID` if it is none that an event had */
  static parse(text: string): EventCursor {
    const cursor = new EventCursor();
    for (const [position, part] of String(text).split('.').entries()) {
      const match = PART.exec(part);
      if (!match && part !== '') throw invalid(text);
      const [, startedAt = '', items = '0', end] = match ?? [];
      if (match) cursor.#told.set(position, { startedAt: parseInt(startedAt, 36), items: +items, ended: end === '~' });
    }
    return cursor;
  }

  /** Column by column, as `find-run-events` asks for it. */
  get columns(): [positions: number[], starts: number[], items: number[], ended: boolean[]] {
    const told = [...this.#told.values()];
    return [
      [...this.#told.keys()],
      told.map(({ startedAt }) => startedAt),
      told.map(({ items }) => items),
      told.map(({ ended }) => ended),
    ];
  }

  hasBegun(position: number, startedAt: number): boolean {
    return this.#told.get(position)?.startedAt === Math.floor(startedAt);
  }

  itemsOf(position: number): number {
    return this.#told.get(position)?.items ?? 0;
  }

  begin(position: number, startedAt: number): void {
    this.#told.set(position, { startedAt: Math.floor(startedAt), ...NOTHING });
  }

  item(position: number, count: number): void {
    this.#change(position, { items: count });
  }

  end(position: number): void {
    this.#change(position, { ended: true });
  }

  toString(): string {
    const last = Math.max(-1, ...this.#told.keys());
    return Array.from({ length: last + 1 }, (_, position) => partOf(this.#told.get(position))).join('.');
  }

  #change(position: number, change: Partial<Told>): void {
    const told = this.#told.get(position);
    if (told) this.#told.set(position, { ...told, ...change });
  }
}

function partOf(told: Told | undefined): string {
  if (!told) return '';
  const { startedAt, items, ended } = told;
  return `${startedAt.toString(36)}${ended ? '~' : items > 0 ? `-${items}` : ''}`;
}

function invalid(text: string): DefinitionError {
  return new DefinitionError(
    'OPTION_INVALID',
    `The option after of run.events() must be the cursor of an event, not ${JSON.stringify(text)}.`,
  );
}
