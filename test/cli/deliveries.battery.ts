import { randomBytes } from 'node:crypto';
import { verifyWebhook } from '@confab/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../deliveries/receiver.js';
import type { Receiver } from '../deliveries/receiver.js';
import { connect, person } from '../support/client.js';
import { isPostgresThere, startServer } from '../support/server.js';
import type { Provider, TestServer } from '../support/server.js';
import { waitFor } from '../support/wait.js';
import { runCli } from './run-cli.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const isTherePostgres = await isPostgresThere();

interface Printed {
  readonly id: string;
  readonly state: string;
}

const onEachDatabase = (body: (provider: Provider) => void): void => {
  describe('on SQLite', () => body('sqlite'));
  describe.skipIf(!isTherePostgres)('on PostgreSQL', () => body('postgresql'));
};

onEachDatabase((provider) => {
  let receiver: Receiver;
  let server: TestServer;
  beforeAll(async () => {
    receiver = await startReceiver();
    const webhooks = [{ name: 'shop', url: receiver.url, secret, events: ['message.created'] }];
    server = await startServer({ provider, settings: { webhooks } });
  });
  afterAll(async () => {
    await server.stop();
    await receiver[Symbol.asyncDispose]();
  });

  const run = (...args: readonly string[]) =>
    runCli(['deliveries', ...args], { cwd: '/', env: { DATABASE_URL: server.database.url } });
  const dead = async () => {
    const { stdout } = await run('list', '--state', 'dead');
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Printed]));
  };
  const given = (count: number) =>
    waitFor(() => server.log().split('a delivery was given up').length > count, { what: `${count} to be given up` });

  /** Says something that the webhook is told of. */
  async function say(content: string): Promise<void> {
    await using ada = await connect(server, person('ada'));
    const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.api.message.send.mutate({ roomId, content });
  }

  it('the server tells a webhook of its settings, signed', async () => {
    await say('hello');
    await waitFor(() => receiver.received.length === 1, { what: 'the webhook to be told' });
    const [told] = receiver.received;
    expect(told?.payload.data.message?.content).toBe('hello');
    expect(verifyWebhook({ secret, headers: told?.headers ?? {}, body: told?.body ?? '' })).toMatchObject({
      type: 'message.created',
    });
  });

  it('one that was given up is told in the log, listed, and tried again', async () => {
    receiver.reply(410);
    await say('is anybody there?');
    await given(1);
    const letters = await waitFor(async () => (await dead()).length === 1 && dead(), { what: 'a dead letter' });
    expect(letters).toMatchObject([{ kind: 'webhook', target: 'shop', attempts: 1, lastError: 'The answer was 410.' }]);
    receiver.reply(204);
    const [{ id } = { id: '' }] = letters;
    expect(await run('retry', id)).toEqual({ code: 0, stdout: `${id} retried\n`, stderr: '' });
    await waitFor(() => receiver.received.length === 3, { what: 'the second attempt' });
    expect(receiver.received.at(-1)?.payload.data.message?.content).toBe('is anybody there?');
    await waitFor(async () => (await run()).stdout === '', { what: 'nothing to wait any more' });
  });

  it('one is dropped, and one that is not there is named while the others are seen to', async () => {
    receiver.reply(410);
    await say('hello?');
    await given(2);
    const letters = await waitFor(async () => (await dead()).length === 1 && dead(), { what: 'a dead letter' });
    const id = letters[0]?.id ?? '';
    const { code, stdout, stderr } = await run('discard', 'nonsense', id);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${id} discarded\n` });
    expect(stderr).toBe('confab: There is no delivery nonsense.\n');
    expect(await dead()).toEqual([]);
  });

  it('a kind, a state or a number that there is not is refused', async () => {
    for (const flags of [
      ['--kind', 'pigeon'],
      ['--state', 'lost'],
      ['--most', '0'],
    ]) {
      expect((await run('list', ...flags)).code, flags.join(' ')).toBe(1);
    }
  });
});
