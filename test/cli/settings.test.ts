import { afterEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/cli/settings.js';
import { makeApplicationFolder } from '../support/application-folder.js';

let folder: Awaited<ReturnType<typeof makeApplicationFolder>> | undefined;
afterEach(() => folder?.remove());

const settings = async (packageJson: string, environment: NodeJS.ProcessEnv = {}) => {
  folder = await makeApplicationFolder({ 'package.json': packageJson });
  return readSettings(folder.path, environment);
};

describe('readSettings', () => {
  it('takes variables before the key of package.json', async () => {
    const packageJson = '{"rowlock":{"queues":"web","probePort":9000,"schema":"jobs"}}';
    const environment = {
      ROWLOCK_QUEUES: 'mail',
      ROWLOCK_SCHEMA: '',
      ROWLOCK_LOG_LEVEL: 'debug',
      ROWLOCK_PROBE_HOST: '::1',
    };
    expect(await settings(packageJson, environment)).toEqual({
      queues: 'mail',
      'probe-port': 9000,
      'probe-host': '::1',
      schema: 'jobs',
    });
  });

  it('needs no package.json, and no key in it', async () => {
    expect(await settings('{"name":"shop"}')).toEqual({});
    expect(await readSettings('/nowhere', {})).toEqual({});
  });

  it.each([
    ['{"rowlock":{"queue":"web"}}', 'has no setting "queue"'],
    ['{"rowlock":{"queues":["web"]}}', '"queues" must be a string or a number'],
    ['{"rowlock":', 'is no JSON'],
  ])('refuses %s', async (packageJson, problem) => {
    await expect(settings(packageJson)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(problem),
    });
  });
});
