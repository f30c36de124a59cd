import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkedHandle, proposeHandle } from './handle.ts';

const free = async (): Promise<boolean> => false;

test('a handle is case-folded', () => {
  assert.equal(checkedHandle('Ada_Lovelace-1.x'), 'ada_lovelace-1.x');
  assert.equal(checkedHandle('a'.repeat(32)), 'a'.repeat(32));
});

for (const handle of [
  '',
  '-ada',
  '.ada',
  '_ada',
  'a'.repeat(33),
  'ada lovelace',
  'adä',
  'ada@x',
  '../ada',
  'ada\u0000',
  '报告',
]) {
  test(`${JSON.stringify(handle)} is no handle`, () => {
    assert.throws(() => checkedHandle(handle), { code: 'handle_invalid', status: 422 });
  });
}

test('nobody is called everyone', () => {
  for (const handle of ['everyone', 'Here', 'ALL'])
    assert.throws(() => checkedHandle(handle), { code: 'handle_taken' });
});

for (const [name, handle] of [
  ['Ada Lovelace', 'ada.lovelace'],
  ['José Núñez', 'jose.nunez'],
  ['Łukasz Żółć', 'lukasz.zolc'],
  ['Straße & Söhne', 'strasse.sohne'],
  ['Юлия Щукина', 'iuliia.shchukina'],
  ['Σωκράτης', 'sokratis'],
  ["Miles O'Brien", 'miles.obrien'],
  ['  --Ada--  ', 'ada'],
  ['李小龍', 'person'],
  ['👩‍👩‍👧‍👦', 'person'],
  ['<script>alert(1)</script>', 'script.alert.1.script'],
  ['Everyone', 'everyone-2'],
] as const) {
  test(`${name} is offered the handle ${handle}`, async () => {
    assert.equal(await proposeHandle(name, free), handle);
  });
}

test('a handle that is taken gets the next number, and stays within 32 characters', async () => {
  const taken = new Set(['ada', 'ada-2', 'a'.repeat(32)]);
  const isTaken = async (handle: string): Promise<boolean> => taken.has(handle);
  assert.equal(await proposeHandle('Ada', isTaken), 'ada-3');
  assert.equal(await proposeHandle('a'.repeat(40), isTaken), `${'a'.repeat(30)}-2`);
});

test('whatever a person is called, the offer is a handle', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (name) => {
      const refused: string[] = [];
      const handle = await proposeHandle(name, async (offer) => refused.push(offer) < 12);
      assert.equal(checkedHandle(handle), handle);
      assert.equal(new Set(refused).size, 12);
    }),
  );
});
