/** What agents send is stored as records, so it has to be records: known fields, bounded text, numbers that are some. */
import { isId } from '../../base/ids.ts';
import { networkErrors } from '../errors.ts';
import { addressWords } from '../store/address-words.ts';
import { type FlowBatch, MOST_RECORDS_OF_A_BATCH } from '../store/flow-batch.ts';
import { protocolLogs } from '../store/flow-store.ts';

const MOST_FIELDS = 64;
const MOST_TEXT = 4096;
const MOST_ITEMS = 256;
const MOST_COUNT = 2 ** 53;
/** A clock that is ahead by more has no time at all. */
const MOST_AHEAD_SECONDS = 86_400;

type Field = 'address' | 'port' | 'count' | 'seconds' | 'text' | 'boolean';

const ENDS: Readonly<Record<string, Field>> = {
  ...{ ts: 'seconds', uid: 'text', proto: 'text', 'id.orig_h': 'address', 'id.orig_p': 'port' },
  ...{ 'id.resp_h': 'address', 'id.resp_p': 'port' },
};
const CONN: Readonly<Record<string, Field>> = {
  ...ENDS,
  ...{ duration: 'seconds', orig_bytes: 'count', resp_bytes: 'count', conn_state: 'text', local_orig: 'boolean' },
  ...{ local_resp: 'boolean', missed_bytes: 'count', orig_pkts: 'count', orig_ip_bytes: 'count', resp_pkts: 'count' },
  ...{ resp_ip_bytes: 'count', ip_proto: 'count', community_id: 'text', orig_retransmits: 'count' },
  ...{ resp_retransmits: 'count', partial: 'boolean' },
};
const NOTICE: Readonly<Record<string, Field>> = {
  ...{ ts: 'seconds', note: 'text', msg: 'text', n: 'count', first: 'seconds', last: 'seconds', severity: 'text' },
  key: 'text',
};
const OPTIONAL: Readonly<Record<string, Field>> = {
  service: 'text',
  history: 'text',
  process: 'text',
  user: 'text',
  pid: 'count',
  sub: 'text',
  success: 'boolean',
  cleartext: 'boolean',
};
const PROTOCOLS: ReadonlySet<unknown> = new Set(['tcp', 'udp', 'icmp', 'unknown_transport']);
const SEVERITIES: ReadonlySet<unknown> = new Set(['critical', 'high', 'medium', 'low', 'info']);
const LOGS: ReadonlySet<unknown> = new Set(protocolLogs);

/** Throws `flows_batch_invalid`, which names the first thing that is wrong. `nowSeconds`: since 1970. */
export function checkBatch(batch: FlowBatch, nowSeconds: number): void {
  const { id, conn, logs, notices, coverage } = batch;
  if (!isId(id)) wrong('its id is no UUIDv7');
  if (conn.length + logs.length + notices.length > MOST_RECORDS_OF_A_BATCH) {
    wrong(`more than ${MOST_RECORDS_OF_A_BATCH} records`);
  }
  const most = nowSeconds + MOST_AHEAD_SECONDS;
  for (const record of conn) {
    checkRecord('conn', record, CONN, most);
    if (record.ip_proto > 255) wrong('conn: “ip_proto”');
  }
  for (const record of logs) {
    checkRecord('logs', record, ENDS, most);
    if (!LOGS.has(record.log)) wrong('logs: “log”');
  }
  for (const notice of notices) {
    checkRecord('notices', notice, NOTICE, most);
    if (!SEVERITIES.has(notice.severity)) wrong('notices: “severity”');
    checkArithmetic(notice.arithmetic);
    if (!isTexts(notice.uids)) wrong('notices: “uids”');
    for (const end of [notice.src, notice.dst]) {
      if (end !== undefined) checkField('notices', 'src', end, 'address', most);
    }
  }
  for (const time of [coverage.from, coverage.to]) checkField('coverage', 'from', time, 'seconds', most);
  for (const count of [coverage.packets, coverage.dropped]) checkField('coverage', 'packets', count, 'count', most);
  const left = Object.entries(coverage.leftOut);
  if (left.length > MOST_FIELDS) wrong('coverage: “leftOut”');
  for (const [why, count] of left) checkField('coverage', why.slice(0, 64), count, 'count', most);
}

function checkRecord(kind: string, record: object, required: Readonly<Record<string, Field>>, most: number): void {
  const fields = Object.entries(record);
  if (fields.length > MOST_FIELDS) wrong(`${kind}: too many fields`);
  const given = record as Readonly<Record<string, unknown>>;
  for (const [name, field] of Object.entries(required)) checkField(kind, name, given[name], field, most);
  for (const [name, value] of fields) {
    const field = OPTIONAL[name];
    if (field) checkField(kind, name, value, field, most);
    else if (!(name in required) && !isPlain(value) && name !== 'arithmetic') wrong(`${kind}: “${name.slice(0, 64)}”`);
  }
  if ('proto' in given && given['proto'] !== undefined && !PROTOCOLS.has(given['proto'])) wrong(`${kind}: “proto”`);
}

function checkField(kind: string, name: string, value: unknown, field: Field, most: number): void {
  if (isField(value, field, most)) return;
  const isAhead = field === 'seconds' && typeof value === 'number' && value > most;
  wrong(`${kind}: “${name}”${isAhead ? ' lies more than a day ahead: is the clock of the host right?' : ''}`);
}

function isField(value: unknown, field: Field, most: number): boolean {
  if (field === 'text') return typeof value === 'string' && value.length <= MOST_TEXT;
  if (field === 'boolean') return typeof value === 'boolean';
  if (field === 'address') return typeof value === 'string' && value.length <= 64 && addressWords(value) !== null;
  if (typeof value !== 'number' || !(value >= 0)) return false;
  if (field === 'port') return Number.isInteger(value) && value <= 65_535;
  return field === 'seconds' ? value <= most : Number.isInteger(value) && value < MOST_COUNT;
}

/** Text, a number, a truth value, or a list of these. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= MOST_ITEMS && value.every((each) => isOne(each));
  return isOne(value);
}

function isOne(value: unknown): boolean {
  return (
    (typeof value === 'string' && value.length <= MOST_TEXT) ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    typeof value === 'boolean'
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && isPlain(value) && value.every((each) => typeof each === 'string');
}

function checkArithmetic(value: unknown): void {
  const { explained, ...numbers } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole =
    isTexts(explained) &&
    ['count', 'threshold', 'windowSeconds'].every((name) => Number.isFinite(numbers[name])) &&
    Object.keys(numbers).length === 3;
  if (!isWhole) wrong('notices: “arithmetic”');
}

function wrong(detail: string): never {
  throw networkErrors('flows_batch_invalid', { attempted: 'Take a batch of flows', detail });
}
