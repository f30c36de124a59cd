import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditEvent } from '../../../base/audit-event.ts';
import { newId } from '../../../base/ids.ts';
import { silentLog } from '../../../base/log.ts';
import { memoryRecordStore, type RecordStore } from '../../../storage/index.ts';
import { accountErrors } from '../../errors.ts';
import { keys } from '../../records.ts';
import { testWorkspace } from '../../test-accounts.ts';
import { moveRing } from '../move-ring.ts';
import { openWorkspaceKey } from '../open-workspace-key.ts';
import { rotateWorkspaceKey } from '../rotate-workspace-key.ts';
import { ringInFile } from '../workspace-key-file.ts';
import type { KmsClient } from './kms-client.ts';
import { kmsFailure } from './kms-failures.ts';
import { ringInKms } from './ring-in-kms.ts';

const clock = Date.now;

/** What the trail is told, as rows of its own. */
const audit = () => ({
  operations: (event: AuditEvent) => [{ op: 'put', pk: 'told', sk: newId(), value: event } as const],
});

/** A key of KMS as far as it matters here: AES-GCM, with the context authenticated. */
function kmsKey(): KmsClient & { asked: number; fail: Error | null } {
  const key = randomBytes(32);
  const client = {
    asked: 0,
    fail: null as Error | null,
    async wrap(plain: Uint8Array, context: object) {
      if (client.fail) throw client.fail;
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(JSON.stringify(context)));
      const wrapped = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/one', wrapped };
    },
    async unwrap(wrapped: Uint8Array, context: object) {
      client.asked += 1;
      if (client.fail) throw client.fail;
      const bytes = Buffer.from(wrapped);
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      cipher.setAAD(Buffer.from(JSON.stringify(context))).setAuthTag(bytes.subarray(-16));
      try {
        return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
      } catch (error) {
        throw kmsFailure(Object.assign(error as Error, { name: 'InvalidCiphertextException' }), 'Unwrap');
      }
    },
  };
  return client;
}

const place = (records: RecordStore, client: KmsClient) =>
  ringInKms({ keyId: 'alias/test', region: null, records, timeoutMs: 1000, client });
const open = (records: RecordStore, client: KmsClient) =>
  openWorkspaceKey({ place: place(records, client), records, clock, log: silentLog });

test('a new workspace has its key wrapped in the records, and nowhere in clear', async () => {
  const records = memoryRecordStore({ clock });
  const kms = kmsKey();
  const made = await open(records, kms);
  const [, line = ''] = /(HOLDFAST-WORKSPACE-KEY-1-\S+)/.exec(made.ringText()) ?? [];
  const key = Buffer.from(line.replace('HOLDFAST-WORKSPACE-KEY-1-', ''), 'base64url');
  const { items } = await records.query('workspace', { limit: 100 });
  const text = JSON.stringify(items);
  for (const encoding of ['base64', 'base64url', 'hex'] as const) assert.ok(!text.includes(key.toString(encoding)));
  assert.equal(kms.asked, 0);
  const again = await open(records, kms);
  assert.equal(kms.asked, 1, 'it is unwrapped once at a start');
  assert.deepEqual(again.derive('row-mac'), made.derive('row-mac'));
  assert.equal(again.workspaceId, made.workspaceId);
});

test('another key of KMS, the ring of another workspace and a lost row are refused', async () => {
  const records = memoryRecordStore({ clock });
  const kms = kmsKey();
  await open(records, kms);
  await assert.rejects(open(records, kmsKey()), { code: 'workspace_key_mismatch' });
  const other = memoryRecordStore({ clock });
  await open(other, kms);
  const { pk, sk } = keys.wrappedWorkspaceKey;
  const foreign = await other.get<{ wrapped: string }>(pk, sk);
  await records.transact([{ op: 'put', pk, sk, value: foreign?.value ?? {} }]);
  await assert.rejects(open(records, kms), { code: 'workspace_key_mismatch' });
  await records.transact([{ op: 'delete', pk, sk }]);
  await assert.rejects(open(records, kms), { code: 'workspace_key_missing' });
});

test('a rotation wraps the longer ring, and changes nothing when KMS does not', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const kms = kmsKey();
  const { deps, records } = workspace;
  const to = place(records, kms);
  await moveRing({ from: deps.ringPlace, to, records, audit });
  kms.fail = accountErrors('workspace_key_kms_denied');
  const moved = { ...deps, ringPlace: to };
  await assert.rejects(rotateWorkspaceKey({ by: ada.session }, moved), { code: 'workspace_key_kms_denied' });
  kms.fail = null;
  assert.equal((await rotateWorkspaceKey({ by: ada.session }, moved)).generation, 2);
  assert.equal((await open(records, kms)).generation, 2);
});

test('a key moves into KMS, under another key of it and back into a file, and is compared at each stop', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kms-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const records = memoryRecordStore({ clock });
  const [file, back] = [join(folder, 'a.key'), join(folder, 'b.key')];
  const [one, two] = [kmsKey(), kmsKey()];
  const inFile = (at: string) => ringInFile(at, silentLog);
  const made = await openWorkspaceKey({ place: inFile(file), records, clock, log: silentLog });
  const move = (from: typeof one | string, to: typeof one | string) =>
    moveRing({
      ...{ from: typeof from === 'string' ? inFile(from) : place(records, from), records },
      to: typeof to === 'string' ? inFile(to) : place(records, to),
      audit,
    });
  const moved = await move(file, one);
  assert.deepEqual(moved, { generations: 1, fingerprint: made.fingerprints[0] });
  assert.deepEqual(await move(file, one), moved, 'repeated, it changes nothing');
  await move(one, two);
  await assert.rejects(open(records, one), { code: 'workspace_key_mismatch' });
  assert.deepEqual((await open(records, two)).fingerprints, made.fingerprints);
  await move(two, back);
  assert.equal(await readFile(back, 'utf8'), await readFile(file, 'utf8'));
  const { items: told } = await records.query<AuditEvent>('told', { limit: 100 });
  assert.deepEqual(
    told.map(({ value: { act, actorId, facts } }) => [act, actorId, facts?.['from'], facts?.['to']]),
    [
      ['file', 'kms'],
      ['file', 'kms'],
      ['kms', 'kms'],
      ['kms', 'file'],
    ].map((way) => ['workspace_key.moved', null, ...way]),
  );
  assert.equal(await records.get(keys.wrappedWorkspaceKey.pk, keys.wrappedWorkspaceKey.sk), null);
});

test('a key that is not that of the records, and a place that holds another one, are refused before anything changes', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kms-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [records, others] = [memoryRecordStore({ clock }), memoryRecordStore({ clock })];
  const [own, foreign] = [ringInFile(join(folder, 'own.key'), silentLog), ringInFile(join(folder, 'x.key'), silentLog)];
  await openWorkspaceKey({ place: own, records, clock, log: silentLog });
  await openWorkspaceKey({ place: foreign, records: others, clock, log: silentLog });
  const kms = place(records, kmsKey());
  await assert.rejects(moveRing({ from: foreign, to: kms, records, audit }), {
    code: 'workspace_key_mismatch',
  });
  assert.equal(await records.get(keys.wrappedWorkspaceKey.pk, keys.wrappedWorkspaceKey.sk), null);
  assert.deepEqual((await records.query('told', { limit: 1 })).items, []);
  const before = await readFile(join(folder, 'x.key'), 'utf8');
  await assert.rejects(moveRing({ from: own, to: foreign, records, audit }), {
    code: 'workspace_key_mismatch',
  });
  assert.equal(await readFile(join(folder, 'x.key'), 'utf8'), before);
});

test('what KMS refuses has a code by what can be done', () => {
  const codeOf = (name: string, httpStatusCode?: number) =>
    (kmsFailure(Object.assign(new Error('x'), { name, $metadata: { httpStatusCode } }), 'Unwrap') as { code?: string })
      .code;
  assert.equal(codeOf('AccessDeniedException', 400), 'workspace_key_kms_denied');
  assert.equal(codeOf('CredentialsProviderError'), 'workspace_key_kms_denied');
  assert.equal(codeOf('KMSInvalidStateException', 400), 'workspace_key_kms_unusable');
  assert.equal(codeOf('NotFoundException', 400), 'workspace_key_kms_unusable');
  assert.equal(codeOf('IncorrectKeyException', 400), 'workspace_key_mismatch');
  assert.equal(codeOf('TimeoutError'), 'workspace_key_kms_unreachable');
  assert.equal(codeOf('KMSInternalException', 500), 'workspace_key_kms_unreachable');
});
