/** A host as the server knows one: a program that enrols with a token and reports what it saw, over HTTP. */
import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import type { ObservationRequest } from '../../../src/findings/wire.ts';
import { newId } from '../../../src/base/ids.ts';
import type { EnrolmentBody, EnrolmentMade, HostFacts, HostReport } from '../../../src/host/wire.ts';
import { httpCall, type PersonOverHttp } from './person-over-http.ts';

export interface NewHost {
  readonly hostname: string;
  readonly label?: string;
  readonly osName?: string;
  /** What it may report; else what `host` sees alone. */
  readonly parts?: EnrolmentBody['with'];
}

/** What one check came to; several of one check are on several places. */
export interface Seen {
  readonly check: string;
  readonly title: string;
  readonly verdict?: ObservationRequest['verdict'];
  readonly severity?: ObservationRequest['severity'];
  /** `/etc/ssh/sshd_config`; the host itself when left out. */
  readonly path?: string;
  readonly evidence?: ObservationRequest['evidence'];
  readonly remedy?: string;
  /** Why it could not look. */
  readonly why?: string;
}

export interface Told {
  readonly seen: readonly Seen[];
  readonly facts?: HostFacts;
  /** As nft writes them. */
  readonly rules?: string;
}

export interface HostOverHttp {
  readonly hostId: string;
  /** Its own. */
  readonly token: string;
  /** One scan, as the agent hands it in. */
  report(told: Told): Promise<void>;
}

export async function enrolHost(
  origin: string,
  admin: PersonOverHttp,
  { hostname, label, osName = 'Debian GNU/Linux 12 (bookworm)', parts = ['host'] }: NewHost,
): Promise<HostOverHttp> {
  const call = httpCall(origin);
  const hostId = randomBytes(16).toString('hex');
  const post = async (path: string, token: string, json: unknown): Promise<unknown> => {
    const answer = await call('POST', `/api/v1${path}`, { token, json });
    assert.ok(answer.ok, `POST ${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return await answer.json();
  };
  const enrolment = await admin.ask<EnrolmentMade>('POST', '/hosts/enrolments', {
    ...(label === undefined ? {} : { label }),
    with: parts,
  });
  const { token } = (await post('/agent/enrol', enrolment.token, {
    ...{ hostId, hostname, agentVersion: '0.1.0', with: parts },
    enrolmentKey: randomBytes(32).toString('base64url'),
  })) as { readonly token: string };
  const system = {
    ...{ hostname, osName, osId: 'debian', osVersion: '12', kernel: '6.1.0-18-amd64', architecture: 'x86_64' },
    ...{ container: '', cloud: '', init: 'systemd', packages: 'dpkg', isRoot: true },
  };
  return {
    hostId,
    token,
    async report({ seen, facts, rules }) {
      const now = new Date().toISOString();
      const report: HostReport = {
        ...{ formatVersion: 1, reportId: newId(), hostId, agentVersion: '0.1.0', origin: 'agent' },
        ...{ startedTime: now, tookMs: 2000, sentTime: now, selection: 'all' },
        system: { platform: 'linux', ...system },
        ...checksOf(seen, hostId, hostname),
        ...(facts === undefined ? {} : { facts: { hash: hashOf(facts), state: facts } }),
        ...(rules === undefined ? {} : { firewall: { hash: hashOf(rules), state: rulesOf(rules) } }),
      };
      await post('/agent/reports', token, report);
    },
  };
}

/** The parts of a report that say what checks came to. */
function checksOf(seen: readonly Seen[], hostId: string, hostname: string) {
  const byCheck = Map.groupBy(seen, ({ check }) => check);
  return {
    checks: [...byCheck].map(([id, own]) => ({
      ...{ id, title: own[0]?.title ?? id, severity: own[0]?.severity ?? ('medium' as const) },
      ...{ hash: 'c'.repeat(64), outcome: 'right' as const, tookMs: 5 },
      why: own.find(({ why }) => why !== undefined)?.why ?? null,
    })),
    whole: [...byCheck].filter(([, own]) => own.every(({ verdict }) => verdict !== 'unknown')).map(([id]) => id),
    observations: seen.map(
      ({ check, title, verdict = 'fail', severity = 'medium', path, evidence = [], remedy = '' }) => ({
        ...{ kind: 'compliance' as const, check, title, severity, verdict, evidence, remedy },
        resource: {
          ...{ uid: `host/${hostId}${path ?? ''}`, type: 'host', name: hostname },
          ...(path === undefined ? {} : { path }),
        },
        ...{ rationale: 'It matters.', references: [] },
      }),
    ),
  };
}

export function factsOf(hostId: string, hostname: string, part: Partial<HostFacts> = {}): HostFacts {
  const read = <Item>(...items: readonly Item[]) => ({ items: [...items], unread: null });
  return {
    system: {
      ...{ platform: 'linux' as const, hostId, hostname, osName: 'Debian GNU/Linux 12 (bookworm)' },
      ...{ osId: 'debian', osVersion: '12' },
      ...{ osFamily: 'debian', kernel: '6.1.0-18-amd64', architecture: 'x86_64', container: '', cloud: '' },
      ...{ init: 'systemd', packages: 'dpkg', isRoot: true },
    },
    addresses: read({
      ...{ interface: 'eth0', state: 'up', mac: '52:54:00:12:34:56', address: '10.0.0.5/24', isPassing: false },
    }),
    routes: read({ route: 'default via 10.0.0.1 dev eth0' }, { route: '10.0.0.0/24 dev eth0 scope link' }),
    dns: read({ keyword: 'nameserver', value: '10.0.0.2' }),
    hosts: read({ address: '127.0.0.1', names: 'localhost' }),
    listeners: read({
      ...{ protocol: 'tcp', address: '0.0.0.0', port: 22, user: 'root', process: 'sshd', exe: '/usr/sbin/sshd' },
      ...{ pid: 812, isPassing: false },
    }),
    ...part,
  };
}

function rulesOf(text: string) {
  return { tools: { nft: { state: 'read' as const, text } }, isIptablesOverNft: false };
}

function hashOf(state: unknown): string {
  return hash('sha256', JSON.stringify(state));
}
