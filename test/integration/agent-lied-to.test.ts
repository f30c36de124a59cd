import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { testReport } from '../../src/agent/test-report.ts';
import type { HoldfastError } from '../../src/base/errors.ts';
import { agentInProcess } from '../support/hosts/agent-in-process.ts';

const ENROLMENT = 'hfe_0190a5b0-0000-7000-8000-000000000000.an-enrolment-of-this-test-0000000000000000000';
const TOKEN = `hfh_${'ab'.repeat(16)}.a-token-of-this-test-0000000000000000000000000`;

type Answering = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

interface Liar extends AsyncDisposable {
  readonly url: string;
  readonly heard: string[];
}

/** Answers as the test says, by the end of the path; enrols whoever asks. */
async function liar(answers: Readonly<Record<string, Answering>>): Promise<Liar> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const word = request.url?.split('/').at(-1) ?? '';
      (answers[word] ?? json({ token: TOKEN, schedule: {} }))(request, response, Buffer.concat(pieces));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function json(value: unknown): Answering {
  return (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

test('an answer without end is cut off, and the report stays where it is', async () => {
  let sentBytes = 0;
  await using server = await liar({
    reports(_, response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(16 * 1024, ' ');
      const go = (): void => {
        while (!response.destroyed && response.write(piece)) sentBytes += piece.length;
      };
      response.on('drain', go);
      go();
    },
  });
  const made = testReport();
  await using agent = agentInProcess({
    ...{ server: server.url, enrolmentToken: ENROLMENT },
    async scan() {
      await agent.spool.add(made);
      return { kind: 'done', reportId: made.report.reportId, tookMs: 1, index: 1, checks: 1 };
    },
  });
  await agent.said(/does not come from a Holdfast server/);
  assert.equal((await agent.spool.waiting()).length, 1);
  assert.equal((await agent.files.status())?.failing?.code, 'reply_unreadable');
  assert.ok(sentBytes < 64 * 2 ** 20, `${sentBytes} bytes were taken`);
});

test('a redirect is not followed, so that the token goes to one server alone', async () => {
  await using other = await liar({});
  await using server = await liar({
    reports: (_, response) => void response.writeHead(307, { location: `${other.url}/api/v1/agent/reports` }).end(),
    schedule: (_, response) => void response.writeHead(302, { location: `${other.url}/api/v1/agent/schedule` }).end(),
  });
  await using agent = agentInProcess({ server: server.url, enrolmentToken: ENROLMENT });
  await agent.said(/does not come from a Holdfast server/);
  assert.deepEqual(other.heard, []);
});

test('of commands, paths and intervals in an answer none is taken but an interval within bounds', async () => {
  const lie = {
    ...{
      reportId: '../../etc/passwd',
      run: ['reboot'],
      checks: ['../evil.sh'],
      token: 'hfh_another',
      server: 'http://evil',
    },
    schedule: { scanEveryMs: 1, startMs: -5, with: ['shell'], command: 'reboot' },
    wants: ['/etc/shadow', { toString: 'x' }, 'facts'],
  };
  const bodies: unknown[] = [];
  await using server = await liar({
    reports(request, response, body) {
      bodies.push(JSON.parse(gunzipSync(body).toString('utf8')));
      json(lie)(request, response, body);
    },
  });
  const made = testReport({ facts: 'a' });
  await using agent = agentInProcess({
    ...{ server: server.url, enrolmentToken: ENROLMENT },
    async scan() {
      await agent.spool.add(made);
      return { kind: 'done', reportId: made.report.reportId, tookMs: 1, index: 1, checks: 1 };
    },
  });
  await agent.said(/is with the server/);
  await agent.said(/every 5 min/);
  const status = await agent.files.status();
  assert.deepEqual(status?.schedule, { scanEveryMs: 300_000, startMs: 0, with: [] });
  assert.deepEqual(
    Object.keys(bodies[0] as object).toSorted(),
    Object.keys({ ...made.report, facts: 1, sentTime: 1 }).toSorted(),
  );
  assert.equal((await agent.files.identity())?.token, TOKEN);
  assert.equal((await agent.files.identity())?.server, server.url);
});

test('an answer that enrols with something else than a token for a host is refused, and nothing of it is kept', async () => {
  for (const answer of [null, [], { token: 7 }, { token: 'hfs_a-session' }, { token: 'hfh_x\r\nX-Evil: 1' }]) {
    await using server = await liar({ enrol: json(answer) });
    await using agent = agentInProcess({ server: server.url, enrolmentToken: ENROLMENT });
    assert.equal(((await agent.ended) as HoldfastError).code, 'agent_enrolment_refused');
    assert.equal(await agent.files.identity(), null);
  }
});

test('after a lost answer it enrols with the same key, and after a refusal it asks no more', async () => {
  const keys: unknown[] = [];
  await using server = await liar({
    enrol(request, response, body) {
      keys.push((JSON.parse(body.toString('utf8')) as { enrolmentKey: unknown }).enrolmentKey);
      if (keys.length < 3) return void response.destroy();
      response.writeHead(409, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({ code: 'enrolment_used', title: 'It was used', status: 409, remedy: 'Ask an admin.' }),
      );
    },
  });
  await using agent = agentInProcess({ server: server.url, enrolmentToken: ENROLMENT });
  await agent.said(/is asked again and again/);
  while (keys.length < 3) await agent.time.pass(60_000);
  const error = (await agent.ended) as HoldfastError;
  assert.equal(error.code, 'agent_enrolment_refused');
  assert.match(error.message, /It was used/);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[A-Za-z0-9_-]{43}$/);
});
