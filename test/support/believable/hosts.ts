/** What agents on a team's hosts reported: one that got worse, one that is well, one with a name of another script. */
import { enrolHost, factsOf, type Seen } from '../clients/host-over-http.ts';
import type { PersonOverHttp } from '../clients/person-over-http.ts';

const right = (check: string, title: string): Seen => ({ check, title, verdict: 'pass' });
const asRight = (seen: Seen): Seen => ({ ...seen, verdict: 'pass', evidence: [] });

const KEPT: readonly Seen[] = [
  right('KRN-07', 'Kernel pointers are hidden'),
  right('SSH-03', 'The SSH server offers weak ciphers'),
  right('ACC-01', 'An account has no password'),
  right('FIL-01', 'Everybody may write to files of the system'),
  right('BKD-02', 'A scheduled job does what back doors do'),
  right('CRD-02', 'Cloud credentials can be read by everybody'),
];
const ROOT_LOGIN: Seen = {
  check: 'SSH-02',
  title: 'root may log in over SSH with a password',
  severity: 'high',
  path: '/etc/ssh/sshd_config',
  evidence: [{ label: '/etc/ssh/sshd_config, line 33', value: 'PermitRootLogin yes' }],
  remedy:
    'Write PermitRootLogin prohibit-password into /etc/ssh/sshd_config, try it with sshd -t, and reload the service.',
};
const PRELOAD: Seen = {
  check: 'BKD-01',
  title: 'A library is loaded into every program',
  severity: 'critical',
  path: '/etc/ld.so.preload',
  evidence: [{ label: '/etc/ld.so.preload', value: '/usr/lib/.cache/libsys.so' }],
  remedy: 'Look at the library from another system before you take it out: whoever put it there is root.',
};
const UNSEEN: Seen = {
  check: 'FW-01',
  title: 'Whether the firewall lets through only what is meant',
  verdict: 'unknown',
  severity: 'high',
  why: 'nft and iptables are not there',
};

function rules(...ports: readonly number[]): string {
  const accepts = ports.map((port) => `\t\ttcp dport ${port} accept\n`).join('');
  return (
    'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n' +
    `\t\tct state established,related accept\n\t\tiif "lo" accept\n${accepts}\t}\n}\n`
  );
}

export interface BelievableHosts {
  /** The one that got worse. */
  readonly hostId: string;
}

export async function fillHosts(origin: string, admin: PersonOverHttp): Promise<BelievableHosts> {
  const web = await enrolHost(origin, admin, { hostname: 'web-1', label: 'Web server' });
  const before = factsOf(web.hostId, 'web-1');
  const listener = before.listeners.items[0];
  await web.report({ seen: [...KEPT, asRight(ROOT_LOGIN), asRight(PRELOAD)], facts: before, rules: rules(22, 443) });
  await web.report({
    seen: [...KEPT, ROOT_LOGIN, PRELOAD],
    facts: {
      ...before,
      listeners: {
        items: listener
          ? [
              listener,
              { ...listener, port: 3333, process: 'kworker', exe: '/tmp/.x/kworker', pid: 4711, user: 'www-data' },
            ]
          : [],
        unread: null,
      },
    },
    rules: rules(22, 443, 3333),
  });
  const db = await enrolHost(origin, admin, { hostname: 'db-2', label: 'Database' });
  await db.report({ seen: [...KEPT, UNSEEN], facts: factsOf(db.hostId, 'db-2'), rules: rules(22, 3306) });
  const build = await enrolHost(origin, admin, { hostname: 'build-1', osName: 'Ubuntu 24.04.2 LTS' });
  await build.report({ seen: [...KEPT, ROOT_LOGIN], facts: factsOf(build.hostId, 'build-1'), rules: rules(22) });
  const proxy = await enrolHost(origin, admin, { hostname: 'proxy-1', label: 'שרת פרוקסי' });
  await proxy.report({ seen: KEPT, facts: factsOf(proxy.hostId, 'proxy-1'), rules: rules(22, 80, 443) });
  await enrolHost(origin, admin, { hostname: 'new-1', label: 'Just enrolled' });
  return { hostId: web.hostId };
}
