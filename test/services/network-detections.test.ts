/** What real programs do on a wire of their own: nmap and hydra are seen, and ordinary traffic is not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { settingsOf } from '../../src/base/settings.ts';
import { analyse } from '../../src/network/analysing/analyse.ts';
import { openCaptureFile } from '../../src/network/capture/capture-input.ts';
import { openCapture } from '../../src/network/capture/capture.ts';
import { Detections, KnownState, type NoticeRecord } from '../../src/network/index.ts';
import { observationsOf } from '../../src/network/reporting/report-notices.ts';
import { joinMysqlLog } from '../../src/network/reporting/join-mysql-log.ts';
import { readRefusedLogins } from '../../src/network/reporting/mysql-log.ts';
import { withLog } from '../../src/network/reporting/with-log.ts';
import { networkSettings } from '../../src/network/settings.ts';
import type { FlowStore } from '../../src/network/index.ts';
import { flowBatches } from '../../src/network/analysing/analysed-batch.ts';
import { openFlowStore } from '../../src/network/store/open-flow-store.ts';
import { guessedSshPort, missingForSshd } from '../support/network/acts/sshd.ts';
import { mariadbPort, missingForMariadb } from '../support/network/acts/mariadb-acts.ts';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['/usr/bin/nmap', '/usr/bin/hydra', '/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip'];
  const absent = [...programs.filter((path) => !existsSync(path)), ...missingForMariadb(), ...missingForSshd()];
  return absent.length === 0
    ? false
    : `needs ${absent.join(', ')}: npm run services:install -- nmap hydra mariadb openssh-server tshark`;
}

const root = mkdtempSync(join(tmpdir(), 'network-detections-'));
after(() => rmSync(root, { recursive: true }));
/** As many half-open connections as nmap makes of its decoys are a flood. */
const settings = settingsOf(networkSettings, { networkFlows: 10_000, networkFloodHalfOpen: 40 });
interface Looked {
  readonly store: FlowStore;
  readonly notices: readonly NoticeRecord[];
}
let attack: Looked;
let usual: Looked;
let odd: Looked;

/** What a lab did, read as a capture is, into a store. */
async function looked(lab: string): Promise<Looked> {
  const [capture, folder] = [join(root, `${lab}.pcap`), join(root, lab)];
  mkdirSync(folder);
  const script = join(import.meta.dirname, `../support/network/labs/${lab}.ts`);
  execFileSync('unshare', [...APART, process.execPath, script, capture, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 270_000,
    killSignal: 'SIGKILL',
  });
  const store = await openFlowStore(
    { kind: 'sqlite', folder: join(root, `${lab}-flows`) },
    { settings, clock: Date.now, isServer: false },
  );
  await using input = await openCaptureFile(capture);
  const notices: NoticeRecord[] = [];
  await analyse(await openCapture(input.read, input.name), {
    ...{ settings, seed: [1, 2, 3, 4, 5], sensor: 'local', clock: Date.now, signal: new AbortController().signal },
    detections: new Detections(settings, new KnownState()),
    async sink(batch) {
      notices.push(...batch.notices);
      for (const each of flowBatches(batch)) await store.add(each);
    },
  });
  return { store, notices };
}

before(
  async () => {
    if (skip) return;
    attack = await looked('attack-lab');
    usual = await looked('wire-lab');
    odd = await looked('odd-lab');
  },
  { timeout: 600_000 },
);
after(async () => {
  if (skip) return;
  for (const each of [attack, usual, odd]) await each?.store[Symbol.asyncDispose]();
});

test('nmap is seen to scan, and hydra to guess until it is let in: one critical finding', { skip }, async () => {
  const notes = new Set(attack.notices.map(({ note }) => note));
  for (const wanted of ['Scan::Port_Scan', 'Login::Guessing', 'Login::Success_After_Guessing'])
    assert.ok(notes.has(wanted), wanted);
  const scan = attack.notices.findLast(({ note }) => note === 'Scan::Port_Scan');
  assert.ok(Number(scan?.arithmetic.count) > 150, JSON.stringify(scan?.arithmetic));
  const guesses = attack.notices.findLast(({ note, p }) => note === 'Login::Guessing' && p === mariadbPort);
  assert.ok(guesses);
  // hydra tries once by itself before it begins with the list.
  assert.ok(guesses.arithmetic.count >= 30);
  const [story] = (await observationsOf(attack.store, attack.notices)).filter(
    ({ check }) => check === 'network-source',
  );
  assert.deepEqual(
    [story?.severity, story?.title],
    ['critical', '127.0.0.1 scanned, then guessed passwords, then got in'],
  );
});

test('hydra at a real sshd is seen by the sizes of packets alone: guessing, then that it was let in', { skip }, () => {
  const seen = (note: string) => attack.notices.findLast((each) => each.note === note && each.p === guessedSshPort);
  const guesses = seen('Login::Guessing');
  assert.ok(Number(guesses?.arithmetic.count) >= 20, JSON.stringify(attack.notices.map(({ note, p }) => [note, p])));
  const admitted = seen('Login::Success_After_Guessing');
  assert.equal(admitted?.severity, 'critical');
  assert.ok(admitted.arithmetic.count >= 20);
  for (const { arithmetic } of [guesses!, admitted])
    assert.match(arithmetic.explained.join('\n'), /SSH .* is encrypted, and judged by the sizes of packets/);
});

test(
  'the log of the database is found by asking it, and joined with the flows and the alert of its guesses',
  { skip },
  async () => {
    const found: unknown = JSON.parse(readFileSync(join(root, 'attack-lab/found-log.json'), 'utf8'));
    assert.deepEqual(found, { path: join(root, 'attack-lab/mariadb.log'), port: mariadbPort });
    const logins = await readRefusedLogins(join(root, 'attack-lab/mariadb.log'));
    const range = { from: Date.now() / 1000 - 3600, to: Date.now() / 1000 + 60 };
    const ofLog = await joinMysqlLog(attack.store, range, { logins, port: mariadbPort });
    assert.deepEqual(
      ofLog.map(({ src, n }) => [src, n >= 30]),
      [['127.0.0.1', true]],
    );
    const { notices } = await attack.store.notices({ ...range, limit: 100 });
    const alerts = withLog(notices, ofLog);
    assert.equal(alerts.length, notices.length);
    const alert = alerts.find(({ note, p }) => note === 'Login::Guessing' && p === mariadbPort);
    assert.match(
      alert?.arithmetic.explained.join('\n') ?? '',
      /by its own log\n\d+ flows of that time carried them\n.*community id 1:/,
    );
  },
);

test(
  'a capture in the foreground finds that log by itself, and keeps the alert with the words of both and who held the flows',
  { skip },
  async () => {
    await using store = await openFlowStore(
      { kind: 'sqlite', folder: join(root, 'attack-lab/kept/flows') },
      { settings, clock: Date.now, isServer: false },
    );
    const range = { from: Date.now() / 1000 - 3600, to: Date.now() / 1000 + 60 };
    const { notices } = await store.notices({ ...range, limit: 100 });
    const alerts = notices.filter(({ note }) => note === 'Login::Guessing');
    assert.deepEqual(
      alerts.map(({ src, p }) => [src, p]),
      [['127.0.0.1', mariadbPort]],
    );
    assert.match(
      alerts[0]?.arithmetic.explained.join('\n') ?? '',
      /refused logins .*\nThe database refused \d+ logins .* by its own log\n\d+ flows .*\n.*held by mariadbd \(pid \d+, user root\)/,
    );
  },
);

test(
  'questions that carry data, half-open connections of many sources and an address with two cards are seen on a real wire',
  { skip },
  () => {
    const seen = (note: string) => {
      const notice = odd.notices.findLast((each) => each.note === note);
      assert.ok(notice, JSON.stringify(odd.notices.map((each) => each.note)));
      return { ...notice, count: Number(notice.arithmetic.count) };
    };
    const tunnel = seen('DNS::Tunnel');
    assert.deepEqual([tunnel.src, tunnel.dst, tunnel.count >= 100], ['10.7.0.1', '10.7.0.2', true]);
    const flood = seen('Flood::SYN_Flood');
    assert.deepEqual([flood.dst, flood.p, flood.count >= 40], ['10.7.0.2', 80, true]);
    const spoofed = seen('ARP::Spoofing');
    assert.deepEqual([spoofed.src, spoofed.count >= 3], ['10.7.0.1', true]);
  },
);

test('ordinary traffic raises nothing', { skip }, () => {
  assert.deepEqual(usual.notices, []);
});
