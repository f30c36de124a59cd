import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { HostFacts, HostReport } from '../../wire.ts';
import { HOST, reportOf, testFleet } from '../test-fleet.ts';

const HOUR = 3_600_000;
const rules = (text: string): NonNullable<HostReport['firewall']> => ({
  hash: hash('sha256', text),
  state: { tools: { nft: { state: 'read', text } }, isIptablesOverNft: false },
});
const table = (port: number): string =>
  `table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0;\n\t\ttcp dport ${port} accept\n\t}\n}`;

function facts(listeners: readonly number[]): HostFacts {
  const { system } = reportOf();
  const none = { items: [], unread: null };
  return {
    system: { ...system, hostId: HOST, osFamily: 'debian' },
    ...{ addresses: none, routes: none, dns: none, hosts: none },
    listeners: {
      items: listeners.map((port) => ({
        ...{
          protocol: 'tcp',
          address: '0.0.0.0',
          port,
          user: 'root',
          process: 'x',
          exe: '/x',
          pid: 1,
          isPassing: false,
        },
      })),
      unread: null,
    },
  };
}

test('facts and rules are asked for until they are there, kept when they are others, and held against each other', async () => {
  const { fleet, enrol, report, advance } = testFleet();
  await enrol();
  const bare = await report({ facts: { hash: 'one' }, firewall: { hash: hash('sha256', table(22)) } });
  assert.deepEqual(bare.wants, ['facts', 'firewall']);
  const whole = await report({ facts: { hash: 'one', state: facts([22]) }, firewall: rules(table(22)) });
  assert.deepEqual(whole.wants, []);
  advance(HOUR);
  assert.deepEqual((await report({ facts: { hash: 'one' }, firewall: { hash: hash('sha256', table(22)) } })).wants, []);
  advance(HOUR);
  await report({ facts: { hash: 'two', state: facts([22, 4444]) }, firewall: rules(table(23)) });
  const listed = await fleet.states('firewall', HOST);
  assert.deepEqual(
    listed.states.map(({ stateId, changed }) => [stateId, changed]),
    [
      ['2', { new: 1, gone: 1 }],
      ['1', null],
    ],
  );
  const diff = await fleet.rulesDiff(HOST, '1', '2');
  assert.match(diff.text, /^--- 1 .*\n\+\+\+ 2 [^]*-\t\ttcp dport 22 accept\n\+\t\ttcp dport 23 accept/);
  assert.match((await fleet.rules(HOST, '1')).text, /tcp dport 22/);
  const now = await fleet.facts(HOST, null);
  assert.deepEqual(now.changes, [{ section: 'listeners', gone: [], new: ['tcp 0.0.0.0:4444 x (root)'] }]);
  assert.equal(now.before?.stateId, '1');
  const then = await fleet.facts(HOST, now.before?.time ?? null);
  assert.deepEqual([then.stateId, then.changes], ['1', []]);
  await assert.rejects(fleet.facts(HOST, '2020-01-01T00:00:00Z'), { code: 'host_state_not_found' });
  const page = await fleet.show(HOST);
  assert.deepEqual([page.facts?.stateId, page.firewall?.stateId], ['2', '2']);
});

test('rules that differ in counters alone are no other state', async () => {
  const { fleet, enrol, report } = testFleet();
  await enrol();
  const counted = (packets: number) => table(22).replace('accept', `counter packets ${packets} bytes 9 accept`);
  await report({ firewall: rules(counted(1)) });
  const { wants } = await report({ firewall: rules(counted(2)) });
  assert.deepEqual([wants, (await fleet.states('firewall', HOST)).states.length], [[], 1]);
});

test('large rules are kept in parts, the oldest go for the newest, and nothing of them is left', async () => {
  const { fleet, enrol, report, advance, records } = testFleet({ settings: { hostStatesKept: 2 } });
  await enrol();
  const noise = (): string => `${table(22)}\n# ${randomBytes(600_000).toString('base64')}`;
  for (let state = 0; state < 4; state += 1) {
    advance(HOUR);
    await report({ firewall: rules(noise()) });
  }
  assert.deepEqual(
    (await fleet.states('firewall', HOST)).states.map(({ stateId }) => stateId),
    ['4', '3'],
  );
  assert.ok((await fleet.rules(HOST, '4')).text.length > 800_000);
  const { items } = await records.query(`host#${HOST}`, { prefix: 'firewall-part#', limit: 1000 });
  assert.deepEqual([...new Set(items.map(({ sk }) => Number(sk.slice(14, 23))))], [3, 4]);
});

test('two reports at once that bring other rules: each state is just what one of them brought', async () => {
  const { fleet, enrol, report } = testFleet();
  await enrol();
  const brought = [1, 2].map((port) => `${table(port)}\n# ${randomBytes(300_000).toString('base64')}`);
  await Promise.all(brought.map((text) => report({ firewall: rules(text) })));
  const { states } = await fleet.states('firewall', HOST);
  const kept = await Promise.all(states.map(({ stateId }) => fleet.rules(HOST, stateId)));
  assert.deepEqual(
    kept
      .map(({ text }) => brought.findIndex((own) => text.includes(own.slice(-100))))
      .toSorted((one, other) => one - other),
    [0, 1],
  );
});

test('an old state goes once another has followed it long ago; the newest stays', async () => {
  const { fleet, enrol, report, advance } = testFleet({ settings: { hostStatesKeptMs: 86_400_000 } });
  await enrol();
  await report({ firewall: rules(table(1)) });
  advance(HOUR);
  await report({ firewall: rules(table(2)) });
  advance(100 * 24 * HOUR);
  await report({ firewall: rules(table(3)) });
  assert.deepEqual(
    (await fleet.states('firewall', HOST)).states.map(({ stateId }) => stateId),
    ['3', '2'],
  );
  advance(2 * 24 * HOUR);
  await report();
  assert.deepEqual(
    (await fleet.states('firewall', HOST)).states.map(({ stateId }) => stateId),
    ['3'],
    'also where no other one came',
  );
});
