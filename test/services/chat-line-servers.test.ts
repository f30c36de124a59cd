/** Two servers of one workspace, on DynamoDB Local and Redis: one room, one set of names. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { connectLine, joinLine, type LineClient } from '../support/chat-line/client.ts';
import { linePort } from '../support/chat-line/line-port.ts';
import { recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { redisUrl, skipWithoutRedis } from '../support/stores/redis-server.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

const skip = skipWithoutDynamo || skipWithoutRedis;

async function twoServers(t: TestContext): Promise<readonly [StartedServer, StartedServer]> {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-line-servers-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const environment = {
    HOLDFAST_RECORDS: recordsUrl(),
    HOLDFAST_OBJECTS: pathToFileURL(join(data, 'objects')).href,
    HOLDFAST_BACKUP: pathToFileURL(join(data, 'backup')).href,
    HOLDFAST_PUBSUB: redisUrl ?? '',
    HOLDFAST_CHAT_LINE_PORT: 'any',
    // A look at the records would find what Redis lost: here it is to come by Redis.
    HOLDFAST_CHAT_POSITION_CHECK_MS: '300000',
    HOLDFAST_CHAT_LINE_MESSAGE_EVERY_MS: '0',
  };
  const one = await startServer({ data: join(data, 'one'), environment });
  t.after(() => one[Symbol.asyncDispose]());
  // The workspace key is the same on every server.
  await cp(join(data, 'one/secrets'), join(data, 'two/secrets'), { recursive: true });
  const two = await startServer({ data: join(data, 'two'), environment });
  t.after(() => two[Symbol.asyncDispose]());
  return [one, two];
}

async function joined(t: TestContext, server: StartedServer, name: string): Promise<LineClient> {
  const client = await joinLine({ port: linePort(server) }, name);
  t.after(() => client[Symbol.asyncDispose]());
  return client;
}

const said = (heard: string): string[] => heard.split('\n').filter((line) => /^(ER|LO): [0-9]+$/.test(line));

test('what is said on one server is heard on the other, once and in one order', { skip }, async (t) => {
  const [one, two] = await twoServers(t);
  const [er, lo] = [await joined(t, one, 'ER'), await joined(t, two, 'LO')];
  await er.hears('LO joined!\n');
  const numbers = Array.from({ length: 100 }, (_, number) => String(number));
  for (const number of numbers) {
    er.say(number);
    lo.say(number);
  }
  er.say('er is done');
  lo.say('lo is done');
  for (const client of [er, lo]) {
    const both = await Promise.all(['ER: er is done\n', 'LO: lo is done\n'].map((end) => heardWhole(client, end)));
    assert.equal(both.length, 2);
  }
  const [here, there] = [said(er.heard()), said(lo.heard())];
  assert.equal(here.length, 200);
  assert.deepEqual(here, there);
  for (const name of ['ER', 'LO']) {
    assert.deepEqual(
      here.filter((line) => line.startsWith(name)),
      numbers.map((number) => `${name}: ${number}`),
    );
  }
});

/** Resolves when this came at any time, without moving on in what is heard. */
async function heardWhole(client: LineClient, text: string): Promise<void> {
  while (!client.heard().includes(text)) await new Promise((resolve) => client.socket.once('data', resolve));
}

test('names, private lines, joins and leaves cross as well', { skip }, async (t) => {
  const [one, two] = await twoServers(t);
  const [er, lo] = [await joined(t, one, 'ER'), await joined(t, two, 'LO')];
  await er.hears('LO joined!\n');
  const other = await connectLine({ port: linePort(two) });
  t.after(() => other[Symbol.asyncDispose]());
  await other.hears('NICKNAME');
  other.say('er');
  await other.hears('Name in use\nNICKNAME');
  lo.say('@er this is only for u');
  await er.hears('LO: @er this is only for u\n');
  er.say('@Lo and for u');
  await lo.hears('ER: @Lo and for u\n');
  er.socket.resetAndDestroy();
  await lo.hears('ER left!\n');
  lo.say('end');
  assert.equal(await lo.hears('LO: end\n'), '');
  await er.ended;
  await two.stop();
  await joined(t, one, 'LO');
});
