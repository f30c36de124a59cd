/** An agent that captures, as its own process with the real tcpdump, at a real server: it is killed, the server is away, and the disk is full. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = ['/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip'].filter((path) => !existsSync(path));
  return absent.length === 0 ? false : `needs ${absent.join(', ')}: npm run services:install -- tshark`;
}

test(
  'flows and alerts come to the server once each, also those of a time when it was away, the agent killed, and tcpdump killed',
  { skip },
  (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-network-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const lab = join(import.meta.dirname, '../support/network/labs/agent-lab.ts');
    execFileSync('unshare', [...APART, process.execPath, lab, folder], {
      ...{ stdio: ['ignore', 'inherit', 'inherit'], timeout: 240_000, killSignal: 'SIGKILL' },
    });
    const seen: unknown = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
    const flow = ['SF', true, true];
    const kept = [0o600, true];
    assert.deepEqual(seen, {
      ring: [kept, kept],
      flows: [flow, flow, flow],
      alerts: [['Scan::Port_Scan', '127.0.0.1', true]],
      findings: [['high', '127.0.0.1 scanned']],
      isLossTold: true,
      exitCode: 0,
    });
  },
);
