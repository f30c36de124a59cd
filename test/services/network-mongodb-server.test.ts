/** A whole server that keeps flows in MongoDB: what hosts hand over while the database is there, and while it is not. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import type { Log } from '../../src/base/log.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import type { FlowsReply, NetworkOverview } from '../../src/network/wire.ts';
import { mongoUrl, newDatabase, skipWithoutMongo, startMongo } from '../support/stores/mongodb-server.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import { conversation } from '../support/network/bytes/conversation.ts';
import { freePort } from '../support/servers/process.ts';
import { startServer } from '../support/servers/start-server.ts';

const HOST = 'a'.repeat(32);
const PASSWORD = 'hunter2-and-more';

test(
  'a batch that comes while MongoDB is away is refused, and stored when it comes again',
  { skip: skipWithoutMongo },
  async (t) => {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'flows-password-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'password');
    await writeFile(file, `${PASSWORD}\n`);
    await chmod(file, 0o600);
    const logged: unknown[] = [];
    const say = (...words: unknown[]): void => void logged.push(words);
    const log: Log = { info: say, warn: say, error: say, debug: say };
    const url = `127.0.0.1:${port}/${newDatabase()}?serverSelectionTimeoutMS=1000`;
    await using server = await startServer({ log, environment: { HOLDFAST_FLOWS: `mongodb://${url}` } });
    const { token: admin } = await server.signUp();
    const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin, json: { with: ['network'] } });
    const { token: invitation } = (await made.json()) as { token: string };
    const json = {
      hostId: HOST,
      hostname: 'web-1',
      agentVersion: '1',
      with: ['network'],
      enrolmentKey: 'k'.repeat(43),
    };
    const enrolled = await server.call('POST', '/api/v1/agent/enrol', { token: invitation, json });
    const { token } = (await enrolled.json()) as { token: string };
    const from = Math.floor(Date.now() / 1000) - 7200;
    const batch = randomFlows(31).batch(from, from + 3600, 50, HOST);
    const post = () => server.call('POST', '/api/v1/agent/network', { token, json: batch });
    const read = (path: string) => server.call('GET', `/api/v1/network/${path}`, { token: admin });
    const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

    assert.deepEqual(await codeOf(await post()), [503, 'flows_unavailable']);
    assert.deepEqual(await codeOf(await read('overview')), [503, 'flows_unavailable']);
    {
      await using _mongo = await startMongo(port);
      let answer = await post();
      for (let tries = 1; answer.status === 503 && tries < 30; tries += 1) answer = await post();
      assert.deepEqual([answer.status, await answer.json()], [200, { id: batch.id }]);
      assert.equal((await post()).status, 200);
      const { flows } = (await (await read('flows?limit=1000')).json()) as FlowsReply;
      assert.deepEqual(
        new Map(flows.map((flow) => [flow.uid, flow])),
        new Map(batch.conn.map((record) => [record.uid, { ...record, sensor: HOST }])),
      );
      const overview = (await (await read(`overview?sensor=${HOST}`)).json()) as NetworkOverview;
      assert.deepEqual([overview.usage.flows, overview.usage.mostBytes], [50, 10 * 2 ** 30]);
    }
    assert.deepEqual(await codeOf(await read('flows')), [503, 'flows_unavailable']);
    assert.deepEqual(await codeOf(await post()), [503, 'flows_unavailable']);

    await using other = await startServer({
      log,
      environment: { HOLDFAST_FLOWS: `mongodb://ada@${url}`, HOLDFAST_FLOWS_PASSWORD_FILE: file },
    });
    const { token: second } = await other.signUp();
    const away = await other.call('GET', '/api/v1/network/flows', { token: second });
    assert.equal(away.status, 503);
    const shown = `${await away.text()} ${inspect(logged, { depth: null, showHidden: true })}`;
    assert.ok(!shown.includes(PASSWORD));
  },
);

test(
  'a verb keeps flows in the database that HOLDFAST_FLOWS names, and removes what is past its time there',
  { skip: skipWithoutMongo },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'flows-verb-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'one.pcap'), pcap(conversation('>S <RA')));
    const database = newDatabase();
    const keep = () => {
      const cli = join(import.meta.dirname, '../../src/entry/cli.ts');
      const words = ['network', 'read', '-r', 'one.pcap', '--keep', '--state', join(folder, 'state')];
      const env = { PATH: process.env['PATH'] ?? '', HOME: folder, HOLDFAST_FLOWS: `${mongoUrl}/${database}` };
      return promisify(execFile)(process.execPath, [cli, ...words], { cwd: folder, env });
    };
    await keep();
    assert.ok(!existsSync(join(folder, 'state/flows')));
    await using client = new MongoClient(mongoUrl ?? '');
    const conn = client.db(database).collection('conn');
    assert.equal(await conn.countDocuments({}), 1);
    await conn.insertOne({ _stored: new Date(Date.now() - 31 * 86_400_000) });
    await keep();
    assert.equal(await conn.countDocuments({}), 1);
  },
);
