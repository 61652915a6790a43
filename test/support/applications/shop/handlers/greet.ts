import { IsString } from 'class-validator';
import { inject } from 'inversify';
import { JobHandler, Retry, type Handler, type JobContext } from '../../../../../src/index.js';
import { Greeter } from './greeter.js';

export class Person {
  @IsString() name!: string;
}

@JobHandler({ name: 'greet', payload: Person, queue: 'mail' })
@Retry({ attempts: 1 })
export class Greet implements Handler<Person, string> {
  constructor(@inject(Greeter) private readonly greeter: Greeter) {}

  handle({ name }: Person, job: JobContext): Promise<string> {
    job.log.info('greeting', { name, password: 'hunter2' });
    return this.greeter.greet(name);
  }
}
