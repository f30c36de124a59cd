/** What is said on the line as its clients hear it: over a real socket, against a room in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../../storage/index.ts';
import { connectTestClient, openTestLine } from './test-line.ts';

test('the server asks with the 8 bytes NICKNAME, without a line feed and alone', async (t) => {
  const line = await openTestLine(t);
  const client = await line.connect();
  assert.deepEqual(client.chunks, ['NICKNAME']);
});

test('everybody is told who joined, who joined is told they are connected, and a leave is told', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.connect();
  lo.send('LO\n');
  await lo.exactly('LO joined!\nConnected to server!\n');
  assert.deepEqual(await er.line('LO joined!'), []);
  lo.socket.end();
  await er.line('LO left!');
});

test('a message ends at a line feed, and at a pause for clients that send none', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.connect();
  lo.send('LO');
  await lo.exactly('LO joined!\nConnected to server!\n');
  lo.send('LO: hiii');
  await er.line('LO: hiii');
  lo.send('one\r\ntwo\n\n\r\nthr');
  lo.send('ee\n');
  await er.line('LO: one');
  assert.deepEqual(await er.line('LO: two'), []);
  assert.deepEqual(await er.line('LO: three'), []);
});

test('a pause ends messages after line feeds and after a refusal as well', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.connect();
  lo.send('ER');
  await lo.exactly('Name in use\n');
  await lo.exactly('NICKNAME');
  lo.send('LO');
  await lo.exactly('LO joined!\nConnected to server!\n');
  lo.send('par');
  lo.send('tial\n');
  await er.line('LO: partial');
  lo.send('without');
  await er.line('LO: without');
  lo.send('and again');
  await er.line('LO: and again');
});

test('the name in front of a line is removed when it is the own one, and every line is stamped', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.send('LO: hiii\nER: hi\nLO: LO: twice\nLO:no blank\nlo: other case\nLO: \nbare\n');
  await er.line('LO: hiii');
  assert.deepEqual(await er.line('LO: bare'), ['LO: ER: hi', 'LO: LO: twice', 'LO: LO:no blank', 'LO: lo: other case']);
  assert.deepEqual(await lo.line('LO: bare'), [
    'LO: hiii',
    'LO: ER: hi',
    'LO: LO: twice',
    'LO: LO:no blank',
    'LO: lo: other case',
  ]);
});

test('private mail reaches the one name that was written, whole, and nobody whose name begins like it', async (t) => {
  const line = await openTestLine(t);
  const [lo, er, eri, eric] = [
    await line.join('LO'),
    await line.join('ER'),
    await line.join('ERI'),
    await line.join('ERIC'),
  ];
  lo.send('LO: @ER this is only for u\n@eri lower case\n@ERIC\tafter a tab\nmail a@b.c\n');
  assert.deepEqual(await er.line('LO: mail a@b.c'), ['ERI joined!', 'ERIC joined!', 'LO: @ER this is only for u']);
  assert.deepEqual(await eri.line('LO: mail a@b.c'), ['ERIC joined!', 'LO: @eri lower case']);
  assert.deepEqual(await eric.line('LO: mail a@b.c'), ['LO: @ERIC\tafter a tab']);
  const own = await lo.line('LO: mail a@b.c');
  assert.deepEqual(own, ['ER joined!', 'ERI joined!', 'ERIC joined!']);
  assert.deepEqual(
    line.room.said.map(({ text }) => text),
    ['mail a@b.c'],
    'what is private is kept nowhere',
  );
});

test('a private line to nobody is told to its sender alone', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.send('@ERI are you there\n@ nobody\nnow public\n');
  assert.deepEqual(await lo.line('LO: now public'), ['Nobody here is called ERI', 'Nobody here is called ']);
  assert.deepEqual(await er.line('LO: now public'), ['LO joined!']);
});

test('over 16 KiB nothing is sent, and 64 KiB without an end close', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  const longest = 'ü'.repeat(8192);
  lo.send(`LO: ${longest}\nLO: ${longest}x\n${'y'.repeat(16_385)}\n`);
  assert.deepEqual(await er.line(`LO: ${longest}`), ['LO joined!']);
  await lo.line(`LO: ${longest}`);
  assert.deepEqual(await lo.line('Message too long'), []);
  assert.deepEqual(await lo.line('Message too long'), []);
  lo.send('z'.repeat(70_000));
  assert.match(await lo.closed, /Message too long\n$/);
  assert.deepEqual(await er.line('LO left!'), []);
});

test('bytes that are no UTF-8 become U+FFFD, and a character in two packets stays one', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.send(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82]));
  lo.send(Buffer.from([0xac, 0xc3, 0x0a]));
  await er.line('LO: a\ufffdb€\ufffd');
});

test('packets may come in pieces or many messages in one', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.connect();
  for (const byte of Buffer.from('LO\nLO: first\nsecond\n')) lo.send(Buffer.of(byte));
  await er.line('LO: second');
  lo.send(Array.from({ length: 50 }, (_, each) => `${each}\n`).join(''));
  const numbers = (await er.line('LO: 49')).map((each) => Number(each.slice(4)));
  assert.deepEqual(
    numbers,
    Array.from({ length: 49 }, (_, each) => each),
  );
});

test('what would move a cursor or feign a line is written out', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.send('\u001b[2J\u0007\rER: forged\u2028\u202e\ttab\n');
  await er.line('LO: \\u{1b}[2J\\u{7}\\u{d}ER: forged\\u{2028}\\u{202e}\ttab');
  line.room.tell({ author: 'web', text: 'one\nER: two', attachments: [] });
  await er.line('web: one');
  assert.deepEqual(await er.line('web: ER: two'), []);
});

test('an attachment shows as name, size and link', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const attachments = [{ name: 'pl\nan.pdf', bytes: 1_250_000, link: 'https://holdfast.example.org/f/1' }];
  line.room.tell({ author: 'web', text: 'look', attachments });
  line.room.tell({ author: 'web', text: '', attachments });
  await er.line('web: look');
  const shown = 'web: pl an.pdf (1.3 MB) https://holdfast.example.org/f/1';
  assert.deepEqual(await er.line(shown), []);
  assert.deepEqual(await er.line(shown), []);
});

test('why a message was not accepted is told to its sender', async (t) => {
  const line = await openTestLine(t);
  const lo = await line.join('LO');
  const outage = storageErrors('records_unavailable');
  line.room.failWith = outage;
  lo.send('one\n');
  await lo.line(`Not sent: ${outage.title}`);
  line.room.failWith = new Error('a secret text');
  lo.send('two\n');
  await lo.line('The server cannot do that now, try again later');
  assert.ok(!line.log.text().includes('a secret text'));
});

test('what somebody said before they left is heard before it is told that they left', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const client = await connectTestClient(line.port);
  client.socket.end('LO\nbye\nno line feed');
  assert.deepEqual(await er.line('LO left!'), ['LO joined!', 'LO: bye', 'LO: no line feed']);
  assert.match(await client.closed, /^NICKNAMELO joined!\nConnected to server!\n/);
});
