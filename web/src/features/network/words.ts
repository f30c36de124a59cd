/** The words of the server as people read them. */
import type { NoticeRecord, SensorView } from './api.ts';

export type SensorKind = 'local' | 'upload' | 'host';

export function sensorKind(sensor: string): SensorKind {
  if (sensor === 'local') return 'local';
  return sensor.startsWith('upload:') ? 'upload' : 'host';
}

/** A host has another name, which the server knows elsewhere. */
export function sensorName(sensor: string): string {
  if (sensor === 'local') return 'This server';
  return sensor.startsWith('upload:') ? `Capture ${sensor.slice('upload:'.length)}` : `Host ${sensor.slice(0, 8)}`;
}

/** Behind other words. */
export function sensorNameWithin(sensor: string): string {
  const name = sensorName(sensor);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

interface LeftOutWords {
  readonly what: string;
  readonly about: string;
  /** Of what: packets, where nothing is said. */
  readonly of?: 'line';
}

const reasons: Readonly<Record<string, LeftOutWords>> = {
  notIp: { what: 'not IP', about: 'Other protocols, ARP among them. Nothing is lost by it.' },
  cut: { what: 'cut short', about: 'The capture kept less of them than a flow needs.' },
  malformed: { what: 'malformed', about: 'They lie about their own lengths.' },
  lostFragments: { what: 'pieces without the rest', about: 'The other pieces never came.' },
  unknownLink: { what: 'of an unknown kind of link', about: 'The capture is of a kind of network that is not read.' },
  tooDeep: { what: 'too deep in tunnels', about: 'More than four tunnels lie around them.' },
  logLost: { what: 'SKIPDATA', about: 'The flow log itself lost what happened then.', of: 'line' },
  noFlow: { what: 'none of a flow', about: 'They do not say all that a flow has.', of: 'line' },
};

export function leftOutWords(reason: string): LeftOutWords {
  return reasons[reason] ?? { what: reason, about: 'A reason that this page does not know.' };
}

/** That nobody looked into, although something may be in them; what is not IP is none of it. */
export function unseenPackets({ leftOut }: Pick<SensorView, 'leftOut'>): number {
  return Object.entries(leftOut).reduce((sum, [reason, count]) => (reason === 'notIp' ? sum : sum + count), 0);
}

/** `Scan::Port_Scan` as “Port scan”. */
export function noteWords(note: string): string {
  const name = (note.split('::').at(-1) ?? note).replaceAll('_', ' ').trim();
  return name === '' ? note : `${name.charAt(0)}${name.slice(1).toLowerCase()}`;
}

/** Both ends, as far as the alert names them. */
export function endsOf({ src, dst, p, proto }: Pick<NoticeRecord, 'src' | 'dst' | 'p' | 'proto'>): string {
  const target = [dst, p === undefined ? undefined : `${p}${proto === undefined ? '' : `/${proto}`}`];
  return [src, target.filter((each) => each !== undefined).join(' port ')].filter((each) => each).join(' → ');
}

export const logWords: Readonly<Record<string, string>> = {
  dns: 'DNS',
  http: 'HTTP',
  ssl: 'TLS',
  ssh: 'SSH',
  mysql: 'MySQL',
  pgsql: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  ftp: 'FTP',
  smtp: 'SMTP',
  pop3: 'POP3',
  imap: 'IMAP',
  redis: 'Redis',
  mongodb: 'MongoDB',
};

/** That flows are asked for by; Zeek's names. */
export const services: readonly string[] = [
  'dns',
  'http',
  'ssl',
  'ssh',
  'mysql',
  'postgresql',
  'ftp',
  'smtp',
  'pop3',
  'imap',
  'redis',
  'mongodb',
];

/** `ssl`, or several with commas. What has no word of its own stays as it is; `-`: nobody knows. */
export function serviceWords(service: string | undefined): string {
  if (service === undefined || service === '' || service === '-') return 'Not known';
  return service
    .split(',')
    .map((each) => logWords[each] ?? each)
    .join(', ');
}
