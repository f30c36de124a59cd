/** Fields of what was said inside of a flow, as people read them. What has no words here stands under its own name. */
import type { ProtocolRecord } from '../api.ts';
import { formatExactMoment, formatSpan } from '../moments.ts';

/** They stand above, or say nothing by themselves. */
const left = new Set([
  'log',
  'ts',
  'uid',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'Z',
  'trans_id',
]);

const labels: Readonly<Record<string, string>> = {
  query: 'Asked for',
  qtype_name: 'Type',
  rcode_name: 'Answer',
  answers: 'Records',
  rtt: 'Answered after',
  rejected: 'Refused',
  method: 'Method',
  host: 'Host',
  uri: 'Address',
  status_code: 'Status',
  user_agent: 'Program',
  referrer: 'Came from',
  request_body_len: 'Bytes sent',
  response_body_len: 'Bytes answered',
  server_name: 'Server asked for (SNI)',
  version: 'Version',
  cipher: 'Cipher',
  subject: 'Certificate of',
  issuer: 'Issued by',
  not_valid_before: 'Valid from',
  not_valid_after: 'Valid until',
  self_signed: 'Signed by itself',
  established: 'Came about',
  next_protocol: 'Protocol within',
  client_alpn: 'Protocols offered',
  ja3: 'JA3 of the client',
  ja3s: 'JA3 of the server',
  ja4: 'JA4 of the client',
  client: 'Client',
  server: 'Server',
  hassh: 'HASSH of the client',
  hasshServer: 'HASSH of the server',
  auth_attempts: 'Attempts, guessed from sizes',
  user: 'User',
  success: 'Logged in',
  cleartext: 'Secret crossed readable',
  database: 'Database',
  mechanism: 'By way of',
  error_code: 'Refusal, its number',
  response: 'What the server said',
  tls: 'Went on encrypted',
};

const times = new Set(['not_valid_before', 'not_valid_after']);

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Somebody should look at it. */
  readonly isAlarming: boolean;
}

/** In the order of the words above, what is unknown at the end. Values are as they were sent, and not safe to show as they are. */
export function fieldsOf(record: ProtocolRecord): readonly Field[] {
  const order = Object.keys(labels);
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(record)
    .filter(([name, value]) => !left.has(name) && value !== undefined && value !== '' && value !== null)
    .toSorted(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]: [string, unknown]) => ({
      name,
      label: Object.hasOwn(labels, name) ? (labels[name] ?? name) : name,
      value: valueText(name, value),
      isAlarming: (name === 'cleartext' && value === true) || (name === 'self_signed' && value === true),
    }));
}

function valueText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && times.has(name)) return formatExactMoment(value);
  if (typeof value === 'number' && name === 'rtt') return formatSpan(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a record is about, in its first line. */
export function headOf(record: ProtocolRecord): string {
  const { log } = record;
  if (log === 'dns') return record.query ?? '';
  if (log === 'http') return [record.method, record.host, record.uri].filter((each) => each !== undefined).join(' ');
  if (log === 'ssl') return record.server_name ?? '';
  return record.user ?? '';
}
