/**
 * 500 hosts that report 80 checks each every 15 minutes cost one server <= 10 % of one core, and what is kept of them
 * stays bounded. The reports go over HTTP to the server as people run it; what its process used is read from /proc.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import { changed, firstReport, type BenchReport } from './fleet-reports/reports.ts';
import { bytesOverDays } from './fleet-reports/bytes.ts';
import { claim, type Measured } from './frame/claim.ts';
import { within, type Line } from './frame/lines.ts';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { hosts: { type: 'string', default: '500' } } });
const HOSTS = Number(values.hosts);
const EVERY_S = 900;
/** As many at once as a spread schedule has: a report takes some hundredths of a second, and one comes every 1.8 s. */
const AT_ONCE = 2;
const STEADY_ROUNDS = 3;

/** User and system time of a process and its threads, in ms: proc_pid_stat(5), fields 14 and 15, 100 ticks a second. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Host {
  readonly token: string;
  report: BenchReport;
}

async function measure(folder: string): Promise<Measured> {
  await using workspace = await serveByCommand([join(ROOT, 'holdfast')], folder, {});
  await workspace.signUp();
  const { url, serverPid } = workspace;
  const password = readFileSync(workspace.passwordFile, 'utf8').trim();
  const post = async <Reply>(path: string, token: string | null, body: object, isPacked = false): Promise<Reply> => {
    const text = JSON.stringify(body);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: isPacked ? new Uint8Array(gzipSync(text)) : text,
    });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Reply;
  };
  const { token: admin } = await post<{ token: string }>('/sessions', null, { email: 'ada@example.org', password });
  const hosts: Host[] = [];
  for (let at = 0; at < HOSTS; at += 1) {
    const report = firstReport(at, Date.now());
    const { token: enrolment } = await post<{ token: string }>('/hosts/enrolments', admin, {});
    const enrolled = await post<{ token: string }>('/agent/enrol', enrolment, {
      ...{ hostId: report.hostId, hostname: report.system.hostname, agentVersion: '1', with: ['host'] },
      enrolmentKey: 'k'.repeat(43),
    });
    hosts.push({ token: enrolled.token, report });
  }

  /** CPU of the server for each report of a round, in ms. */
  const round = async (next: (report: BenchReport) => BenchReport): Promise<number> => {
    const before = cpuMs(serverPid);
    const waiting = hosts.values();
    const send = async (): Promise<void> => {
      for (const host of waiting) {
        host.report = next(host.report);
        await post('/agent/reports', host.token, host.report, true);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    return (cpuMs(serverPid) - before) / HOSTS;
  };
  const first = await round((report) => report);
  const steady: number[] = [];
  for (let at = 0; at < STEADY_ROUNDS; at += 1) steady.push(await round((report) => changed(report, Date.now())));
  const ofACore = (perReportMs: number): number => (perReportMs * 500) / (EVERY_S * 10);
  const shares = steady.map(ofACore);
  const { lines, note } = await bytesOverDays(folder);
  const size = statSync(join(folder, 'data/records.sqlite')).size;
  const told: Line[] = [
    { what: 'CPU of the server for a report that is all new', measured: `${first.toFixed(1)} ms` },
    { what: 'and for one of the steady state', measured: `${steady.map((each) => each.toFixed(1)).join(', ')} ms` },
    { what: `records of ${HOSTS} hosts after these reports`, measured: `${(size / 2 ** 20).toFixed(0)} MiB` },
  ];
  return {
    title: '500 hosts that report 80 checks each every 15 minutes',
    lines: [
      within('one core of the server, all reports new', [ofACore(first)], '%', 10, 2),
      within('one core of the server, steady state', shares, '%', 10, 2),
      ...told,
      ...lines,
    ],
    notes: [
      `${HOSTS} hosts report, ${AT_ONCE} at once, one round after the other: the 15 minutes are left out, the work is not. CPU is user and system time of the process of the server with all its threads (HTTP, gzip, JSON, records, audit trail, notices), divided by the reports, times 500 reports in 900 s.`,
      'Of a report 58 checks are right, 14 wrong, 8 could not look. In the steady state 2 % of the checks observe something else than before, and a fifth of those come to another verdict.',
      note,
    ],
  };
}

await claim('fleet-reports', measure);
