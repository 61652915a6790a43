import type pg from 'pg';
import type { Server } from './server.js';

/** One figure of one repetition. */
export interface Sample {
  measure: string;
  layout: string;
  metric: string;
  value: number;
}

/** Anything with a schema of its own. */
export interface Storable {
  readonly name: string;
  readonly schema: string;
  define(): string;
}

/** What a measure works with: fresh schemas, connections, and a place for its figures. */
export class Bench {
  readonly samples: Sample[] = [];
  readonly notes: string[] = [];
  private measure = '';
  private readonly open: pg.Client[] = [];

  constructor(
    private readonly server: Server,
    /** Smaller and shorter, to see that everything still runs. */
    readonly quick: boolean,
  ) {}

  begin(measure: string): void {
    this.measure = measure;
    process.stderr.write(`# ${measure}\n`);
  }

  record(layout: Storable, metric: string, value: number): void {
    this.samples.push({ measure: this.measure, layout: layout.name, metric, value });
    process.stderr.write(`  ${layout.name.padEnd(18)} ${metric.padEnd(44)} ${format(value)}\n`);
  }

  /** Keeps text (a plan, a timeline) for the report. */
  note(layout: Storable, title: string, text: string): void {
    this.notes.push(`${this.measure} · ${layout.name} · ${title}\n${text}`);
    process.stderr.write(`  ${layout.name} ${title}\n${text.replace(/^/gm, '    ')}\n`);
  }

  /** Connections whose search path is the layout's schema; closed by `closeAll`. */
  async connect(layout: Storable, count: number): Promise<pg.Client[]> {
    const clients = await Promise.all(Array.from({ length: count }, () => this.server.connect()));
    await Promise.all(clients.map((client) => client.query(`set search_path = ${layout.schema}`)));
    this.open.push(...clients);
    return clients;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.open.splice(0).map((client) => client.end()));
  }

  /** Builds the layout's tables anew and lets a checkpoint pass before anything is measured. */
  async fresh(layout: Storable): Promise<void> {
    const [client] = await this.connect(layout, 1);
    await client!.query(`drop schema if exists ${layout.schema} cascade; create schema ${layout.schema};`);
    await client!.query(layout.define());
    await client!.query('checkpoint');
  }

  async drop(layout: Storable): Promise<void> {
    await this.closeAll();
    const [client] = await this.connect(layout, 1);
    await client!.query(`drop schema if exists ${layout.schema} cascade`);
    await this.closeAll();
  }
}

/** The layouts in an order that moves by one a round, so that no layout always comes first. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  return items.map((_, i) => items[(i + round) % items.length]!);
}

/** Milliseconds that `work` takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function format(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
