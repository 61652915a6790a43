import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { Container, inject, injectable } from 'inversify';
import { JobHandler } from '../../src/decorators/job-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';

class PageRef {
  @IsString() url!: string;
}

class Fetcher {
  readonly name = 'fetcher';
}

@JobHandler({ name: 'plain', payload: PageRef })
class Plain implements Handler<PageRef, string> {
  constructor(@inject(Fetcher) readonly fetcher: Fetcher) {}
  handle(_: PageRef): string {
    return this.fetcher.name;
  }
}

@injectable()
@JobHandler({ name: 'marked-above', payload: PageRef })
class MarkedAbove extends Plain {
  constructor(@inject(Fetcher) fetcher: Fetcher) {
    super(fetcher);
  }
}

@JobHandler({ name: 'marked-below', payload: PageRef })
@injectable()
class MarkedBelow {
  @inject(Fetcher) readonly fetcher!: Fetcher;
  handle(_: PageRef): string {
    return this.fetcher.name;
  }
}

@JobHandler({ name: 'extended', payload: PageRef })
class Extended extends MarkedBelow {}

describe('a handler class', () => {
  it.each([
    ['without @injectable', Plain],
    ['with @injectable above', MarkedAbove],
    ['with @injectable below', MarkedBelow],
  ])('%s is resolved with its services', (_, handlerClass) => {
    handlerDefinition(handlerClass);
    handlerDefinition(handlerClass); // a second container in the process
    const container = new Container();
    container.bind(Fetcher).toConstantValue(new Fetcher());
    container.bind<Handler<PageRef, string>>(handlerClass).to(handlerClass);
    expect(container.get<Handler<PageRef, string>>(handlerClass).handle(new PageRef(), undefined as never)).toBe(
      'fetcher',
    );
  });

  it('needs no @inject where the compiler emits the types of parameters', () => {
    class Implicit implements Handler<PageRef, string> {
      constructor(readonly fetcher: Fetcher) {}
      handle(_: PageRef): string {
        return this.fetcher.name;
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Fetcher], Implicit); // as emitDecoratorMetadata does
    JobHandler({ name: 'implicit', payload: PageRef })(Implicit);
    handlerDefinition(Implicit);
    const container = new Container();
    container.bind(Fetcher).toConstantValue(new Fetcher());
    container.bind(Implicit).toSelf();
    expect(container.get(Implicit).handle(new PageRef())).toBe('fetcher');
  });

  it('that extends a marked one is a class of its own', () => {
    expect(handlerDefinition(Extended)).toMatchObject({ name: 'extended', handlerClass: Extended });
  });
});
