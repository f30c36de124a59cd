/** A live capture that keeps flows, on a wire of its own: each has the process and user that held it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settingsOf } from '../../src/base/settings.ts';
import { type ConnRecord, openFlowStore, type StoredFlow } from '../../src/network/index.ts';
import { networkSettings } from '../../src/network/settings.ts';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = ['/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip'].filter((path) => !existsSync(path));
  return absent.length === 0 ? false : `needs ${absent.join(', ')}: npm run services:install -- tshark`;
}

const state = mkdtempSync(join(tmpdir(), 'network-keep-'));
after(() => rmSync(state, { recursive: true }));

test(
  'flows of a live capture are kept with the process that held them, and what is known is private',
  { skip },
  async () => {
    const lab = join(import.meta.dirname, '../support/network/labs/keep-lab.ts');
    const told = execFileSync('unshare', [...APART, process.execPath, lab, state], {
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    const { port, pid } = JSON.parse(told) as { port: number; pid: number };
    await using store = await openFlowStore(
      { kind: 'sqlite', folder: join(state, 'flows') },
      { settings: settingsOf(networkSettings), clock: Date.now, isServer: false },
    );
    const to = Date.now() / 1000 + 60;
    const { flows } = await store.flows({ from: to - 3600, to, port, limit: 10 });
    assert.deepEqual(
      flows.map((flow) => [flow.conn_state, flow.service, flow.pid, flow.user]),
      [['SF', 'ssh', pid, userInfo().username]],
    );
    const written = readFileSync(join(state, 'flows.jsonl'), 'utf8').trimEnd().split('\n');
    const [{ sensor: _, ...kept }] = flows as [StoredFlow];
    assert.deepEqual(
      written.map((line) => JSON.parse(line) as ConnRecord).filter((each) => each['id.resp_p'] === port),
      [kept],
      'and the file has the same',
    );
    assert.equal(statSync(join(state, 'network/known.json')).mode & 0o777, 0o600);
  },
);
