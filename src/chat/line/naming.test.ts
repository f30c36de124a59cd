/** How somebody gets a name, and who may have which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appPassword, openTestLine } from './test-line.ts';

test('a name that is taken, in any case, is refused; NICKNAME comes again, alone; the third refusal closes', async (t) => {
  const line = await openTestLine(t);
  await line.join('Zoë');
  const client = await line.connect();
  for (const name of ['ZOË', 'Zoe\u0308']) {
    client.send(`${name}\n`);
    await client.exactly('Name in use\n');
    await client.exactly('NICKNAME');
  }
  assert.deepEqual(client.chunks, ['NICKNAME', 'Name in use\n', 'NICKNAME', 'Name in use\n', 'NICKNAME']);
  client.send('zoë\n');
  assert.match(await client.closed, /NICKNAMEName in use\n$/);
});

test('a name has 1 to 32 characters without blanks, @ and :, none that cannot be seen, and none in brackets, as bots are marked', async (t) => {
  const line = await openTestLine(t);
  for (const name of ['a b', 'a@b', 'a:b', 'x'.repeat(33), 'a\u200bb', 'a\u001b[2J', 'everyone']) {
    const client = await line.connect();
    client.send(`${name}\n`);
    await client.line(
      name === 'everyone' ? 'Name in use' : 'Not a name: 1 to 32 characters without blanks, @ and : are wanted',
    );
    await client.exactly('NICKNAME');
    client.socket.destroy();
  }
  for (const name of ['[Grafana]', '［Grafana］', '⟦Grafana⟧', '[x']) {
    const client = await line.connect();
    client.send(`${name}\n`);
    await client.line('Names that begin with a bracket are for programs');
    client.socket.destroy();
  }
  await line.join('😀'.repeat(32));
  await line.join('LO[away]');
});

test('what came before the question is no answer to it', async (t) => {
  const line = await openTestLine(t);
  await line.join('LO');
  const client = await line.connect();
  client.send(`LO\n${appPassword}\n`);
  await client.exactly('Name in use\n');
  await client.exactly('NICKNAME');
  client.send('ER\n');
  await client.exactly('ER joined!\nConnected to server!\n');
});

test('the name of an account opens with its app password, which nobody hears', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  for (const prefix of ['', 'ADA: ', 'ada: ']) {
    const ada = await line.connect();
    ada.send('ADA\n');
    await ada.exactly('App password of ADA?\n');
    ada.send(`${prefix}${appPassword}\n`);
    await ada.exactly('ada joined!\nConnected to server!\n');
    ada.send('ADA: hello\nada: again\n');
    await er.line('ada joined!');
    await er.line('ada: hello');
    await er.line('ada: again');
    ada.socket.end();
    await er.line('ada left!');
  }
  assert.ok(!er.heard().includes('hfa_'));
  assert.ok(!JSON.stringify(line.room.said).includes('hfa_'));
  assert.ok(!line.log.text().includes('hfa_'));
});

test('a wrong app password is a refusal', async (t) => {
  const line = await openTestLine(t);
  const client = await line.connect();
  for (const wrong of ['guess', appPassword.replace('b', 'c'), '']) {
    client.send('ada\n');
    await client.exactly('App password of ada?\n');
    client.send(wrong === '' ? 'ada: \n' : `${wrong}\n`);
    await client.exactly('Not an app password of this account for chat\n');
    if (wrong !== '') await client.exactly('NICKNAME');
  }
  await client.closed;
  assert.ok(!line.log.text().includes('guess'));
});

test('an account may be connected several times: it joins once, leaves once, and every one hears private lines', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const logIn = async () => {
    const client = await line.connect();
    client.send(`ada\n${appPassword}\n`);
    await client.line('Connected to server!');
    return client;
  };
  const [phone, desk] = [await logIn(), await logIn()];
  er.send('@ada psst\n');
  await Promise.all([phone.line('ER: @ada psst'), desk.line('ER: @ada psst')]);
  phone.socket.end();
  await phone.closed;
  desk.send('still here\n');
  assert.deepEqual(await er.line('ada: still here'), ['ada joined!']);
  desk.socket.end();
  assert.deepEqual(await er.line('ada left!'), []);
});

test('whose app password is revoked is told, and is out', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const ada = await line.connect();
  ada.send(`ada\n${appPassword}\n`);
  await ada.line('Connected to server!');
  line.room.revoke();
  assert.match(await ada.closed, /Your app password is not good here any more\n$/);
  await er.line('ada left!');
});

test('an app password that is sent as a message goes nowhere', async (t) => {
  const line = await openTestLine(t);
  const er = await line.join('ER');
  const lo = await line.join('LO');
  lo.send(`${appPassword}\n@ER ${appPassword}\nLO: mine is ${appPassword}\nend\n`);
  assert.deepEqual(await er.line('LO: end'), ['LO joined!']);
  assert.deepEqual(
    await lo.line('LO: end'),
    Array.from({ length: 3 }, () => 'Not sent: it holds an app password'),
  );
});

test('where only visitors or only accounts may come, the others are told why not', async (t) => {
  const plain = await openTestLine(t, { allowed: { visitors: true, accounts: false } });
  const one = await plain.connect();
  one.send('ada\n');
  await one.exactly('This name belongs to an account, which can be used over TLS alone\n');
  await plain.join('LO');
  const strict = await openTestLine(t, { allowed: { visitors: false, accounts: true } });
  const other = await strict.connect();
  other.send('LO\n');
  await other.exactly('Only people with an account may speak here\n');
});
