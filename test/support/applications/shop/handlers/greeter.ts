import { ContainerModule, inject } from 'inversify';
import { DataSource } from 'typeorm';

/** A service of the application, which works with its DataSource. */
export class Greeter {
  constructor(@inject(DataSource) private readonly dataSource: DataSource) {}

  async greet(name: string): Promise<string> {
    const [row] = await this.dataSource.query<{ text: string }[]>('select $1::text as text', [`Hello ${name}`]);
    return row?.text ?? '';
  }
}

export const services = new ContainerModule(({ bind }) => {
  bind(Greeter).toSelf().inSingletonScope();
});
