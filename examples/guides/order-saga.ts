/** An order in three steps, each of which is taken back if a later one fails. */
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsPositive, IsString, ValidateNested } from 'class-validator';
import { ContainerModule, inject } from 'inversify';
import type { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  type JobContext,
  JobHandler,
  Jobs,
  pipeline,
  Retry,
  type RunHandle,
  Transactional,
  Worker,
} from '../../src/index.js';

export class Order {
  @IsInt() id!: number;
  @IsString() item!: string;
  @IsInt() @IsPositive() units!: number;
  @IsInt() cents!: number;
  @IsString() address!: string;
}

/** Takes the units out of stock: in one transaction with the completion of the job, so once, however often it is tried. */
@JobHandler({ name: 'reserve-stock', payload: Order })
@Transactional()
export class ReserveStock implements Handler<Order> {
  async handle({ item, units }: Order, job: JobContext): Promise<void> {
    const [, taken] = await job.manager.query<[unknown, number]>(
      'update stock set units = units - $2 where item = $1 and units >= $2',
      [item, units],
    );
    if (taken === 0) throw job.discard(`${item} is sold out`);
  }
}

export class OrderToRelease {
  @IsDefined() @ValidateNested() @Type(() => Order) payload!: Order;
}

@JobHandler({ name: 'release-stock', payload: OrderToRelease })
@Transactional()
export class ReleaseStock implements Handler<OrderToRelease> {
  async handle({ payload: { item, units } }: OrderToRelease, { manager }: JobContext): Promise<void> {
    await manager.query('update stock set units = units + $2 where item = $1', [item, units]);
  }
}

/** The provider of payments. Yours is asked over the network; it, too, is given a key by which it knows a repetition. */
export class Payments {
  readonly charges = new Map<string, number>();

  charge(key: string, cents: number): Promise<string> {
    this.charges.set(key, cents);
    return Promise.resolve(key);
  }

  refund(charge: string): Promise<void> {
    this.charges.delete(charge);
    return Promise.resolve();
  }
}

export class Charge {
  @IsString() charge!: string;
}

@JobHandler({ name: 'charge-card', payload: Order })
@Retry({ attempts: 5, backoff: 'exponential', delay: '2s' })
export class ChargeCard implements Handler<Order, Charge> {
  constructor(@inject(Payments) private readonly payments: Payments) {}

  async handle({ cents }: Order, job: JobContext): Promise<Charge> {
    return { charge: await this.payments.charge(job.id, cents) }; // the id is the same in every attempt
  }
}

export class ChargeToRefund {
  @IsDefined() @ValidateNested() @Type(() => Charge) result!: Charge;
}

@JobHandler({ name: 'refund-card', payload: ChargeToRefund })
@Retry({ attempts: 20, backoff: 'exponential', delay: '5s' })
export class RefundCard implements Handler<ChargeToRefund> {
  constructor(@inject(Payments) private readonly payments: Payments) {}

  async handle({ result }: ChargeToRefund): Promise<void> {
    await this.payments.refund(result.charge);
  }
}

@JobHandler({ name: 'ship-order', payload: Order })
export class ShipOrder implements Handler<Order, { parcel: string }> {
  handle({ id, address }: Order, job: JobContext): { parcel: string } {
    if (address === '') throw job.discard(`order ${id} has no address`);
    return { parcel: `parcel ${id} to ${address}` };
  }
}

export const fulfilOrder = pipeline('fulfil-order', { input: Order })
  .step('reserved', ReserveStock, { undo: ReleaseStock })
  .step('charged', ChargeCard, ({ input }) => input, { undo: RefundCard })
  .step('shipped', ShipOrder, ({ input }) => input)
  .build();

/** Takes an order: it and its run come to be together, or not at all. */
export function takeOrder(dataSource: DataSource, jobs: Jobs, order: Order): Promise<RunHandle<{ parcel: string }>> {
  return dataSource.transaction(async (manager) => {
    await manager.query('insert into customer_order values ($1, $2)', [order.id, order.address]);
    return jobs.start(fulfilOrder, order, { manager, unique: `order ${order.id}` });
  });
}

/** What became of an order, and what it has left behind. */
export interface Sale {
  readonly outcome: string;
  readonly unitsLeft: number;
  readonly charged: readonly number[];
}

/** Sells two of the five lamps in stock. */
export async function sell(dataSource: DataSource, address: string): Promise<Sale> {
  await dataSource.query('create table if not exists customer_order (id integer primary key, address text)');
  await dataSource.query('create table if not exists stock (item text primary key, units integer check (units >= 0))');
  await dataSource.query(`insert into stock values ('lamp', 5)`);
  const handlers = [ReserveStock, ReleaseStock, ChargeCard, RefundCard, ShipOrder];
  const paying = new ContainerModule(({ bind }) => {
    bind(Payments).toSelf().inSingletonScope();
  });
  const container = await createContainer({ dataSource, handlers, pipelines: [fulfilOrder], modules: [paying] });
  const worker = container.get(Worker);
  await worker.start();
  try {
    const order = { id: 7, item: 'lamp', units: 2, cents: 4_900, address };
    const run = await takeOrder(dataSource, container.get(Jobs), order);
    const outcome = await run.result().then(
      ({ parcel }) => parcel,
      (error: Error) => error.message, // thrown when everything is undone
    );
    const [lamps] = await dataSource.query<{ units: number }[]>(`select units from stock where item = 'lamp'`);
    return { outcome, unitsLeft: lamps?.units ?? NaN, charged: [...container.get(Payments).charges.values()] };
  } finally {
    await worker.stop();
  }
}
