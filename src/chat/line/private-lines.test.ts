import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatErrors } from '../errors.ts';
import { appPassword, openTestLine, type TestClient, type TestLine } from './test-line.ts';

async function logIn(line: TestLine, name: string): Promise<TestClient> {
  const client = await line.connect();
  client.send(`${name}\n${appPassword}\n`);
  await client.line('Connected to server!');
  return client;
}

test('a private line between two accounts is kept in their conversation, once, and heard by every connection', async (t) => {
  const line = await openTestLine(t);
  const ada = await logIn(line, 'ada');
  const [phone, desk] = [await logIn(line, 'grace'), await logIn(line, 'grace')];
  ada.send('ada: @Grace  only for you\n');
  await Promise.all([phone.line('ada: @Grace  only for you'), desk.line('ada: @Grace  only for you')]);
  assert.deepEqual(line.room.kept, [{ from: 'ada', to: 'grace', text: 'only for you' }]);
  assert.deepEqual(line.room.said, []);
});

test('who has an account and is not on the line reads it later; who has none is not there', async (t) => {
  const line = await openTestLine(t);
  const ada = await logIn(line, 'ada');
  ada.send('@grace when you are back\n@grac e\nend\n');
  assert.deepEqual(await ada.line('ada: end'), ['Nobody here is called grac']);
  assert.deepEqual(line.room.kept, [{ from: 'ada', to: 'grace', text: 'when you are back' }]);
});

test('private lines of visitors, for visitors and for oneself are delivered and kept nowhere', async (t) => {
  const line = await openTestLine(t);
  const ada = await logIn(line, 'ada');
  const lo = await line.join('LO');
  lo.send('@ada from me\n');
  await ada.line('LO: @ada from me');
  ada.send('@lo from me\n@ada a note\n');
  await lo.line('ada: @lo from me');
  await ada.line('ada: @ada a note');
  assert.deepEqual(line.room.kept, []);
});

test('a private line that cannot be kept is told to its sender and heard by nobody', async (t) => {
  const line = await openTestLine(t);
  const [ada, grace] = [await logIn(line, 'ada'), await logIn(line, 'grace')];
  line.room.failWith = chatErrors('chat_too_fast');
  ada.send('@grace lost\n');
  await ada.line(`Not sent: ${chatErrors('chat_too_fast').title}`);
  line.room.failWith = null;
  ada.send('end\n');
  assert.ok(!(await grace.line('ada: end')).join().includes('lost'));
});

test('whose key is forgotten says so by sending the app password once more, which goes nowhere', async (t) => {
  const line = await openTestLine(t);
  const [ada, grace] = [await logIn(line, 'ada'), await logIn(line, 'grace')];
  line.room.lock();
  ada.send('@grace one\n');
  await ada.line('Not sent: your key is not in memory any more. Send your app password, then say it again');
  ada.send(`ada: ${appPassword}\n`);
  await ada.line('Your key is in memory again');
  ada.send('@grace two\n');
  assert.ok(!(await grace.line('ada: @grace two')).join().includes('one'));
  assert.deepEqual(line.room.kept, [{ from: 'ada', to: 'grace', text: 'two' }]);
  assert.ok(!grace.heard().includes('hfa_'));
  assert.ok(!line.log.text().includes('hfa_'));
});

test('whoever sends the app password while it cannot be looked at hears so, and stays', async (t) => {
  const line = await openTestLine(t);
  const [ada, grace] = [await logIn(line, 'ada'), await logIn(line, 'grace')];
  line.room.failWith = chatErrors('chat_busy');
  ada.send(`${appPassword}\n`);
  await ada.line(`Not sent: ${chatErrors('chat_busy').title}`);
  line.room.failWith = null;
  ada.send('@grace still here\n');
  await grace.line('ada: @grace still here');
});

test('whoever an account ignores is not heard by it, neither in the room nor in private; visitors hear all', async (t) => {
  const line = await openTestLine(t);
  const [ada, grace] = [await logIn(line, 'ada'), await logIn(line, 'grace')];
  const lo = await line.join('LO');
  await ada.line('LO joined!');
  line.room.ignore('grace');
  grace.send('one\n@ada two\nthree\n');
  await lo.line('grace: three');
  lo.send('four\n');
  assert.deepEqual(await ada.line('LO: four'), []);
  assert.deepEqual(
    line.room.kept.map(({ text }) => text),
    ['two'],
    'what is for one alone is kept all the same',
  );
  line.room.ignore();
  grace.send('five\n');
  assert.deepEqual(await ada.line('grace: five'), []);
});
