/** Set-up for the tests of audit/: a trail over records and stores in memory, linked when the test says so. */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { AuditEvent } from '../base/audit-event.ts';
import { canonicalJson } from '../base/formats/canonical-json.ts';
import { newId } from '../base/ids.ts';
import { silentLog, type Log } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import {
  memoryObjectStore,
  memoryRecordStore,
  type JsonObject,
  type ObjectStore,
  type RecordItem,
  type RecordStore,
} from '../storage/index.ts';
import { openAudit, type Audit } from './audit.ts';
import { BATCHES, type BatchRow, type StoredEvent } from './records.ts';
import { auditSettings, type AuditSettings } from './settings.ts';
import type { TrailKey } from './signing.ts';

/** A workspace key of so many generations over the given random keys. */
export function testKey(keys: readonly Buffer[] = [randomBytes(32)]): TrailKey {
  const derive = (purpose: string, generation = keys.length): Buffer => {
    const key = keys[generation - 1];
    if (!key) throw new RangeError(`There is no generation ${generation}`);
    return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
  };
  const mac = (kind: string, fields: JsonObject): string =>
    createHmac('sha256', derive('row-mac', 1))
      .update(canonicalJson([kind, fields]))
      .digest('hex');
  return {
    generation: keys.length,
    workspaceId: 'workspace-1',
    derive,
    mac,
    verifyMac: (kind, fields, given) => mac(kind, fields) === given,
  };
}

export interface TestTrail {
  readonly audit: Audit;
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly workspaceKey: TrailKey;
  /** What was logged as an error. */
  readonly errors: object[];
  advance(ms: number): void;
  /** Writes an event as a feature does, in a transaction. */
  act(event?: Partial<AuditEvent>): Promise<void>;
  /** So many events, linked one batch each. */
  batches(count: number): Promise<void>;
}

export interface TestTrailChoices {
  readonly records?: RecordStore;
  readonly primary?: ObjectStore;
  readonly backup?: ObjectStore;
  readonly workspaceKey?: TrailKey;
  readonly settings?: Partial<AuditSettings>;
}

export const ADA = '01900000-0000-7000-8000-00000000000a';
export const FILE = '01900000-0000-7000-8000-00000000000f';

export function testTrail(t: TestContext, choices: TestTrailChoices = {}): TestTrail {
  const time = { now: Date.UTC(2026, 5, 1) };
  const clock = (): number => time.now;
  const records = choices.records ?? memoryRecordStore({ clock });
  const primary = choices.primary ?? memoryObjectStore({ clock });
  const backup = choices.backup ?? memoryObjectStore({ clock });
  const workspaceKey = choices.workspaceKey ?? testKey();
  const errors: object[] = [];
  const log: Log = { ...silentLog, error: (fields) => void errors.push(fields) };
  // Nothing happens by itself before the test is over.
  const never = { auditLinkMs: 3_600_000, auditNoteMs: 3_600_000 };
  const settings = settingsOf(auditSettings, { ...never, ...choices.settings });
  const audit = openAudit({ records, primary, backup, workspaceKey, clock, log, settings, holder: newId() });
  t.after(() => audit[Symbol.asyncDispose]());
  const act: TestTrail['act'] = (event = {}) => records.transact(audit.operations(stored(event)));
  return {
    audit,
    records,
    primary,
    backup,
    workspaceKey,
    errors,
    advance: (ms) => void (time.now += ms),
    act,
    async batches(count) {
      for (let each = 0; each < count; each++) {
        await act({ facts: { number: each } });
        await audit.link();
        time.now += 1000;
      }
    },
  };
}

/** An event of Ada storing a version. */
export function stored(changes: Partial<AuditEvent> = {}): AuditEvent {
  return { act: 'version.stored', actorId: ADA, sessionId: newId(), subjectIds: [FILE], ...changes };
}

/** All rows of a partition. */
export async function rowsOf<Value extends JsonObject>(records: RecordStore, pk: string): Promise<RecordItem<Value>[]> {
  const rows: RecordItem<Value>[] = [];
  for (let after: string | undefined; ;) {
    const page = await records.query<Value>(pk, { limit: 1000, ...(after === undefined ? {} : { after }) });
    rows.push(...page.items);
    if (page.next === undefined) return rows;
    after = page.next;
  }
}

export const chainOf = async (records: RecordStore): Promise<BatchRow[]> =>
  (await rowsOf<BatchRow>(records, BATCHES)).map(({ value }) => value);

/** Puts a row there as somebody who writes the database would. */
export async function overwrite(
  records: RecordStore,
  at: { readonly pk: string; readonly sk: string },
  value: JsonObject | null,
): Promise<void> {
  const { pk, sk } = at;
  await records.transact([value === null ? { op: 'delete', pk, sk } : { op: 'put', pk, sk, value }]);
}

/** Everything of the trail as it is now, to be put back later as from a backup. */
export async function backUp(records: RecordStore, pks: readonly string[]): Promise<() => Promise<void>> {
  const kept = new Map<string, RecordItem[]>();
  for (const pk of pks) kept.set(pk, await rowsOf(records, pk));
  return async () => {
    for (const [pk, rows] of kept) {
      for (const { sk } of await rowsOf(records, pk)) await overwrite(records, { pk, sk }, null);
      for (const { sk, value } of rows) await overwrite(records, { pk, sk }, value);
    }
  };
}

/** The number that each of these events carries, ascending. */
export function numbersOf(events: readonly StoredEvent[]): number[] {
  return events.map(({ facts }) => Number(facts['number'])).toSorted((one, other) => one - other);
}
