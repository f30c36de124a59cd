import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingsOf } from '../base/settings.ts';
import { hostSettings } from '../host/settings.ts';
import { scanInProcess } from './scan-process.ts';
import type { ScanJob } from './scan-worker.ts';
import { agentSettings } from './settings.ts';
import { openSpool } from './spool.ts';

/** One check of our own, in a folder of its own. */
function scratch(detect: string): { readonly job: ScanJob; readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'scan-process-'));
  const own = join(folder, 'checks');
  mkdirSync(own, { mode: 0o755 });
  const header = ['id: OWN-01', 'title: A test', 'severity: low', 'rationale: It is one.', 'needs: nothing', 'fix: M'];
  const text = [...header, 'remedy: None.', 'timeout: 60 s'].map((line) => `# ${line}\n`).join('');
  writeFileSync(join(own, 'OWN-01.sh'), `${text}\ndetect() { ${detect.replaceAll('FOLDER', folder)}; }\n`, {
    mode: 0o644,
  });
  const settings = settingsOf(hostSettings);
  return {
    folder,
    job: { stateFolder: join(folder, 'state'), settings, checks: ['OWN-01'], ownFolders: [own] },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The number of the process that runs the check. */
async function started(folder: string): Promise<number> {
  const changes = watch(folder);
  while (!existsSync(join(folder, 'runs'))) await once(changes, 'change');
  changes.close();
  return Number(readFileSync(join(folder, 'runs'), 'utf8'));
}
const BLOCKS = `echo $$ >'FOLDER/new'; mv 'FOLDER/new' 'FOLDER/runs'; sleep 50`;
const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);

test('a scan ends with a report on the disk, and tells the agent nothing but figures', async () => {
  using here = scratch("fail /etc/secret-thing 'it is there'");
  const scanned = await scanInProcess(here.job, settingsOf(agentSettings), new AbortController().signal);
  const spool = openSpool(here.job.stateFolder);
  const [waiting] = await spool.waiting();
  assert.ok(waiting);
  assert.equal(waiting.reportId, scanned.reportId);
  assert.ok(!JSON.stringify(scanned).includes('secret-thing'));
  const spooled = await spool.read(waiting);
  assert.deepEqual(
    spooled?.report.observations.map(({ check, verdict }) => [check, verdict]),
    [['OWN-01', 'fail']],
  );
  assert.deepEqual(spooled?.report.selection, ['OWN-01']);
  assert.match(spooled?.report.checks[0]?.hash ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual((await spool.part('facts', spooled?.hashes.facts ?? ''))?.state, undefined);
});

test('a scan that takes too long is ended, and the agent lives on', async () => {
  using here = scratch(BLOCKS);
  const settings = settingsOf(agentSettings, { agentScanTimeoutMs: 200 });
  const scan = scanInProcess(here.job, settings, new AbortController().signal);
  await assert.rejects(scan, { code: 'agent_scan_failed', message: /not done after/ });
  assert.deepEqual(await openSpool(here.job.stateFolder).waiting(), []);
});

test('a scan that is not wanted any more ends with all it started', async () => {
  using here = scratch(BLOCKS);
  const stop = new AbortController();
  const scan = scanInProcess(here.job, settingsOf(agentSettings), stop.signal);
  scan.catch(() => undefined);
  const check = await started(here.folder);
  stop.abort();
  await assert.rejects(scan, { name: 'AbortError' });
  assert.equal(isThere(check), false);
  assert.deepEqual(await openSpool(here.job.stateFolder).waiting(), []);
});

test('what goes wrong in a scan is told by its code, and the agent lives on', async () => {
  using here = scratch('pass');
  const job = { ...here.job, ownFolders: [join(here.folder, 'nowhere')] };
  const failed = scanInProcess(job, settingsOf(agentSettings), new AbortController().signal);
  await assert.rejects(failed, { code: 'agent_scan_failed', extra: { reason: 'host_checks_missing' } });
});
