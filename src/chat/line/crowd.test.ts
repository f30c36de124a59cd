/** Many at once, and those who do not behave: nobody is kept waiting by somebody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTestClient, openTestLine } from './test-line.ts';

test('a first message of HTTP or TLS closes the connection, and nobody sees it', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const hellos = [
    'GET / HTTP/1.1\r\nHost: localhost:3040\r\n\r\n',
    'POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nER: hello',
    'GET /old\r\n',
    'BREW /pot HTTP/1.1\r\n\r\n',
    Buffer.from('160301020001000001fc0303', 'hex'),
    Buffer.from('16', 'hex'),
  ];
  for (const hello of hellos) {
    const client = await line.connect();
    client.send(hello);
    assert.equal(await client.closed, 'NICKNAME');
  }
  const slow = await line.connect();
  for (const piece of ['GE', 'T / HT', 'TP/1.1\r\n', '\r\n']) slow.send(piece);
  assert.equal(await slow.closed, 'NICKNAME');
  er.send('done\n');
  assert.deepEqual(await er.line('ER: done'), []);
});

test('a reset gives one leave', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.socket.resetAndDestroy();
  await er.line('LO left!');
  er.send('end\n');
  assert.deepEqual(await er.line('ER: end'), []);
  await line.join('LO');
});

test('silent connections are closed in time, and block nobody', async (t) => {
  // Long enough for LO to give a name although a thousand others came at once and the machine is busy.
  const line = await openTestLine(t, { settings: { chatLineNameTimeoutMs: 1000 } });
  const silent = await Promise.all(Array.from({ length: 1000 }, () => connectTestClient(line.port)));
  const lo = await line.join('LO');
  lo.send('heard\n');
  await lo.line('LO: heard');
  await Promise.all(silent.map(({ closed }) => closed));
  lo.send('still\n');
  await lo.line('LO: still');
});

test('when all places are taken, those without a name make room for others, and those with a name stay', async (t) => {
  const line = await openTestLine(t, { settings: { chatLineConnections: 10 } });
  const named = await Promise.all(Array.from({ length: 5 }, (_, each) => line.join(`N${each}`)));
  const silent = await Promise.all(Array.from({ length: 5 }, () => line.connect()));
  for (let each = 5; each < 10; each++) named.push(await line.join(`N${each}`));
  await Promise.all(silent.map(({ closed }) => closed));
  const late = await connectTestClient(line.port);
  assert.equal(await late.closed, 'The server is full, try again later\n');
  named[0]?.send('all here\n');
  await Promise.all(named.map((client) => client.line('N0: all here')));
});

test('who does not read is closed when its queue is full, and delays nobody', async (t) => {
  const line = await openTestLine(t, { settings: { chatLineQueueBytes: 16_384, chatLineMessageEveryMs: 0 } });
  const er = await line.join('ER');
  const dead = await line.join('DEAD');
  dead.socket.pause();
  const lo = await line.join('LO');
  // More than the system itself keeps for a socket.
  const text = 'x'.repeat(16_000);
  let sent = 0;
  const left = er.line('DEAD left!');
  let gone = false;
  void left.then(() => (gone = true));
  while (!gone) {
    lo.send(`${sent} ${text}\n`);
    await lo.line(`LO: ${sent} ${text}`);
    sent += 1;
    assert.ok(sent < 10_000, 'it is closed');
  }
  await left;
  lo.send('end\n');
  await er.line('LO: end');
});

test('who sends too fast waits, and loses nothing', async (t) => {
  const line = await openTestLine(t, { settings: { chatLineBurst: 5, chatLineMessageEveryMs: 5 } });
  const lo = await line.join('LO');
  lo.send(Array.from({ length: 40 }, (_, each) => `${each}\n`).join(''));
  await lo.line('LO: 4');
  assert.equal((await lo.line('LO: 39')).length, 34);
});

test('a line of the room is one write for each who hears it, however many lines come at once', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  await line.join('LO');
  const writes = line.serverSockets.map((socket) => t.mock.method(socket, 'write'));
  for (let each = 0; each < 100; each++) line.room.tell({ author: 'web', text: String(each), attachments: [] });
  await er.line('web: 99');
  assert.deepEqual(
    writes.map((write) => write.mock.callCount()),
    [1, 1],
  );
  const [one, other] = writes.map((write) => write.mock.calls[0]?.arguments[0] as unknown);
  assert.equal(one, other, 'the same bytes');
});

test('a server that stops ends every connection', async (t) => {
  const line = await openTestLine(t);
  const clients = [await line.join('LO'), await line.connect()];
  await line.stop();
  await Promise.all(clients.map(({ closed }) => closed));
});

test('neither names nor what was said are logged', async (t) => {
  const line = await openTestLine(t, { settings: { chatLineQueueBytes: 16_384 } });
  const lo = await line.join('Logged-name');
  const er = await line.join('ER');
  lo.send('a public text\n@ER a private text\n@nobody a lost text\n');
  await er.line('Logged-name: @ER a private text');
  lo.socket.resetAndDestroy();
  await er.line('Logged-name left!');
  assert.equal(line.log.text(), '');
});
