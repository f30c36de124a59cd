/** What is kept of hosts over simulated days, on SQLite, by the intake itself with a clock that is moved. */
import { createHmac } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/base/formats/canonical-json.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { findingsSettings } from '../../src/findings/settings.ts';
import { openFindings } from '../../src/findings/index.ts';
import { serveFleet } from '../../src/host/fleet/index.ts';
import { hostSettings } from '../../src/host/settings.ts';
import { openSqliteRecordStore, sweepExpired } from '../../src/storage/index.ts';
import { within, type Line } from '../frame/lines.ts';
import { changed, firstReport } from './reports.ts';

const HOSTS = 2;
const DAYS = 40;
/** In place of two years, so that what it bounds is seen to stand still. */
const HISTORY_KEPT_MS = 10 * 86_400_000;
const EVERY_MS = 900_000;
const A_DAY = 86_400_000 / EVERY_MS;

export async function bytesOverDays(
  folder: string,
): Promise<{ readonly lines: readonly Line[]; readonly note: string }> {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = (): number => nowMs;
  const file = join(folder, 'days/records.sqlite');
  mkdirSync(join(folder, 'days'));
  await using records = await openSqliteRecordStore({ path: file, clock, log: silentLog });
  const audit = { operations: () => [] };
  const findings = openFindings({
    records,
    clock,
    audit,
    settings: settingsOf(findingsSettings, { findingsHistoryKeptMs: HISTORY_KEPT_MS }),
  });
  const mac = (kind: string, fields: Parameters<typeof canonicalJson>[0]): string =>
    createHmac('sha256', 'bench')
      .update(canonicalJson([kind, fields]))
      .digest('base64url');
  const fleet = serveFleet({
    ...{ records, clock, audit, findings, settings: settingsOf(hostSettings) },
    workspaceKey: {
      generation: 1,
      derive: (purpose) => createHmac('sha256', 'bench').update(purpose).digest(),
      mac,
      verifyMac: (kind, fields, given) => given === mac(kind, fields),
    },
    tell: ({ event }) => ({ op: 'put', pk: 'told', sk: event, value: {} }),
  });
  const admin = { by: '@ada', actorId: null, sessionId: null };
  const hosts = [];
  for (let at = 0; at < HOSTS; at += 1) {
    const report = firstReport(at, nowMs);
    const { enrolment } = await fleet.makeEnrolment(admin, {});
    const { hostId, system } = report;
    const body = { hostId, hostname: system.hostname, agentVersion: '1', enrolmentKey: 'k'.repeat(43) };
    await fleet.enrol(enrolment.enrolmentId, { ...body, with: ['host'] });
    hosts.push(report);
  }
  const lines: Line[] = [];
  const kib: number[] = [];
  for (let day = 1; day <= DAYS; day += 1) {
    for (let scan = 0; scan < A_DAY; scan += 1) {
      nowMs += EVERY_MS;
      for (const [at, report] of hosts.entries()) {
        await fleet.report({ hostId: report.hostId, with: ['host'] }, report);
        hosts[at] = changed(report, nowMs + EVERY_MS);
      }
    }
    await sweepExpired(records);
    if (day % 10 !== 0) continue;
    kib.push(statSync(file).size / 1024 / HOSTS);
    lines.push({ what: `records of one host after ${day} days`, measured: `${kib.at(-1)?.toFixed(0)} KiB` });
  }
  const [, second = 0, , last = 0] = kib;
  lines.push(within('growth of the records of a host from day 20 to day 40', [(last / second - 1) * 100], '%', 5, 1));
  const note = `The days are simulated: ${HOSTS} hosts, ${A_DAY} reports a day each, the clock moved, what has expired swept. The history of findings is kept for 10 days here in place of 730, so that it is seen to stand still; a longer one reaches its bound later.`;
  return { lines, note };
}
