/** Two lines of one workspace: what one tells the other, and that nothing is told twice. */
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { inProcessPubSub, type JsonObject, memoryRecordStore, type PubSub } from '../../storage/index.ts';
import { openClaimedNames } from './claimed-names.ts';
import { openLinkedServers } from './linked-servers.ts';
import { appPassword, memoryRoom, openTestLine } from './test-line.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const hashKey = Buffer.alloc(32, 8);

interface Workspace {
  readonly published: JsonObject[];
  /** A further server. */
  open(t: TestContext, serverId: string, everyMs?: number): Promise<Server>;
  readonly clock: { nowMs: number };
}

async function workspace(t: TestContext): Promise<Workspace> {
  const published: JsonObject[] = [];
  const inner = inProcessPubSub({ log: silentLog });
  const pubSub: PubSub = {
    ...inner,
    publish(topic, message) {
      published.push(message);
      inner.publish(topic, message);
    },
  };
  const clock = { nowMs: 1_000_000 };
  const records = memoryRecordStore({ clock: () => clock.nowMs });
  const room = memoryRoom();
  t.after(() => records[Symbol.asyncDispose]());
  return {
    published,
    clock,
    async open(t, serverId, everyMs = 60_000) {
      const names = openClaimedNames({
        ...{ records, hashKey, serverId, everyMs, log: silentLog },
        clock: () => clock.nowMs,
      });
      const others = openLinkedServers({ pubSub, names, key, serverId, everyMs });
      const line = await openTestLine(t, { others, room });
      const end = async (): Promise<void> => {
        await line.stop();
        await others[Symbol.asyncDispose]();
        await names[Symbol.asyncDispose]();
      };
      t.after(end);
      return { ...line, end };
    },
  };
}
type Server = Awaited<ReturnType<typeof openTestLine>> & {
  readonly end: () => Promise<void>;
};

test('joins, leaves, public and private lines cross from server to server, each once', async (t) => {
  const { open } = await workspace(t);
  const [one, two] = [await open(t, 'one'), await open(t, 'two')];
  const er = await one.join('ER');
  const lo = await two.join('LO');
  await er.line('LO joined!');
  lo.send('hello\n@ER psst\n@eric psst\n');
  await lo.line('Nobody here is called eric');
  assert.deepEqual(await er.line('LO: @ER psst'), ['LO: hello']);
  lo.socket.end();
  assert.deepEqual(await er.line('LO left!'), []);
  er.send('end\n');
  assert.deepEqual(await er.line('ER: end'), []);
});

test('a name that is taken on one server is taken on all, until it is given back', async (t) => {
  const { open } = await workspace(t);
  const [one, two] = [await open(t, 'one'), await open(t, 'two')];
  const er = await one.join('Er');
  const other = await two.connect();
  other.send('ER\n');
  await other.exactly('Name in use\n');
  await other.exactly('NICKNAME');
  const watcher = await two.join('LO');
  er.socket.end();
  await watcher.line('Er left!');
  await er.closed;
  other.send('ER\n');
  await other.line('Connected to server!');
});

test('an account that is on two servers joins once and leaves once', async (t) => {
  const { open } = await workspace(t);
  const [one, two] = [await open(t, 'one'), await open(t, 'two')];
  const er = await one.join('ER');
  const logIn = async (server: Server) => {
    const client = await server.connect();
    client.send(`ada\n${appPassword}\n`);
    await client.line('Connected to server!');
    return client;
  };
  const [first, second] = [await logIn(one), await logIn(two)];
  er.send('@ada psst\n');
  await Promise.all([first.line('ER: @ada psst'), second.line('ER: @ada psst')]);
  first.socket.end();
  await first.closed;
  er.send('one is gone\n');
  assert.deepEqual(await er.line('ER: one is gone'), ['ada joined!']);
  second.socket.end();
  assert.deepEqual(await er.line('ada left!'), []);
});

test('a server that begins later knows who is on the others, and does not tell that they joined', async (t) => {
  const { open } = await workspace(t);
  const one = await open(t, 'one');
  const er = await one.join('ER');
  const two = await open(t, 'two');
  const lo = await two.join('LO');
  lo.send('@er hello\nend\n');
  await er.line('LO: @er hello');
  await lo.line('LO: end');
  assert.ok(!lo.heard().includes('ER joined!'));
});

test('who was on a server that ended has left', async (t) => {
  const { open } = await workspace(t);
  const [one, two] = [await open(t, 'one'), await open(t, 'two')];
  const er = await one.join('ER');
  await two.join('LO');
  await er.line('LO joined!');
  await two.end();
  await er.line('LO left!');
  await one.join('LO');
});

test('a server that died in silence is noticed: its people have left, and their names are free', async (t) => {
  const { open, clock } = await workspace(t);
  const one = await open(t, 'one', 50);
  // It never says another word: its next round is far away.
  const two = await open(t, 'two', 600_000);
  const er = await one.join('ER');
  await two.join('LO');
  await er.line('LO joined!');
  await er.line('LO left!');
  const late = await one.connect();
  late.send('LO\n');
  await late.exactly('Name in use\n');
  await late.exactly('NICKNAME');
  clock.nowMs += 3 * 600_000;
  late.send('LO\n');
  await late.line('Connected to server!');
});

test('what the servers tell each other shows neither names nor words', async (t) => {
  const { open, published } = await workspace(t);
  const [one, two] = [await open(t, 'one'), await open(t, 'two')];
  const er = await one.join('Erasmus');
  const lo = await two.join('Lovelace');
  lo.send('@Erasmus a private word\n');
  await er.line('Lovelace: @Erasmus a private word');
  assert.ok(published.length >= 3);
  // In base64 random bytes spell a short word in any case by chance, once in some hundred thousand runs.
  assert.doesNotMatch(JSON.stringify(published), /[Ee]rasmus|[Ll]ovelace|a private word|"joined/);
});
