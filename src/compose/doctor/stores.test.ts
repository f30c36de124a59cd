/** What the doctor says of a bucket and of a table can be done as it is printed, wherever they lie. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../test/support/s3/scripted-s3.ts';
import { systemClock } from '../../base/clock.ts';
import { settingsOf } from '../../base/settings.ts';
import { storageSettings } from '../../storage/settings.ts';
import { recordsChecks, type RecordsToExamine } from './records.ts';
import { bucketChecks, judgeLockSeen, lookAtBucket } from './stores.ts';

const xml = (text: string): ScriptedAnswer => [200, 'application/xml', text];
const EVERYBODY = 'http://acs.amazonaws.com/groups/global/AllUsers';

/** Keeps no versions, takes files away and is open to everybody. */
function illBucket(line: string): ScriptedAnswer {
  if (line.startsWith('PUT')) return [200, 'application/xml', '', { etag: '"0"' }];
  if (line.startsWith('POST')) return xml('<R><Bucket>team</Bucket><UploadId>one</UploadId></R>');
  if (line.startsWith('DELETE')) return [204, 'application/xml', ''];
  if (line.includes('?versioning')) return xml('<VersioningConfiguration/>');
  if (line.includes('?lifecycle')) {
    return xml(
      '<L><Rule><ID>old</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule></L>',
    );
  }
  if (line.includes('?acl')) {
    return xml(
      `<A><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee><URI>${EVERYBODY}</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></A>`,
    );
  }
  if (line.startsWith('GET /team/probe-') && !line.includes('uploadId=')) {
    return [200, 'text/plain', 'x', { etag: '"0"' }];
  }
  return EMPTY_LIST;
}

test('every command for a bucket goes to the store where it lies', async () => {
  await using setup = await scriptedS3((_, line) => illBucket(line));
  const place = { kind: 's3', ...setup.place, vendor: null } as const;
  const config = { settings: { storage: settingsOf(storageSettings) } } as Parameters<typeof lookAtBucket>[1];
  const checks = await Promise.all(bucketChecks('objects', place, lookAtBucket(place, config)));
  const commands = checks.flatMap(({ remedy }) => /aws s3api .*/.exec(remedy ?? '') ?? []).map(String);
  assert.equal(commands.length, 3, JSON.stringify(checks));
  for (const command of commands) {
    assert.ok(command.includes(` --endpoint-url '${setup.place.endpoint}' --region us-east-1`), command);
  }
  const open = checks.find(({ id }) => id === 'objects_public_access');
  assert.match(open?.remedy ?? '', /, if the store can; else .*get-bucket-policy, get-bucket-acl/);
});

test('a lock that nobody may look for is not said to be none, and one that is found counts now', async () => {
  let lock: ScriptedAnswer = [403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>'];
  await using setup = await scriptedS3((_, line) => (line.includes('?object-lock') ? lock : illBucket(line)));
  const place = { kind: 's3', ...setup.place, vendor: null } as const;
  const config = { settings: { storage: settingsOf(storageSettings) } } as Parameters<typeof lookAtBucket>[1];
  const judged = () => judgeLockSeen(lookAtBucket(place, config), { objectLock: null });
  const unseen = await judged();
  assert.equal(unseen.verdict, 'warn');
  assert.match(unseen.remedy ?? '', /Allow the credentials of the server s3:GetBucketObjectLockConfiguration on/);
  lock = xml(
    '<O><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></O>',
  );
  assert.equal((await judged()).verdict, 'fail');
  const unreachable = Promise.reject(new Error('away'));
  unreachable.catch(() => undefined);
  assert.equal((await judgeLockSeen(unreachable, { objectLock: 'off' })).verdict, 'pass', 'what was tried is known');
  assert.equal((await judgeLockSeen(null, { objectLock: 'off' })).verdict, 'pass');
});

test('every command for a table goes to where it lies', async () => {
  const commandsAt = async (place: object): Promise<string[]> => {
    const checks = await Promise.all(
      recordsChecks({
        config: { records: { kind: 'dynamodb', table: 'team', ...place } },
        clock: systemClock,
        records: { get: () => Promise.resolve(null) },
        examineTable: () =>
          Promise.resolve({
            ...{ clockSkewMs: 0, removesExpired: false, pointInTimeRecovery: false, deletionProtection: false },
            ...{ denied: [], policy: '{}' },
          }),
      } as unknown as RecordsToExamine),
    );
    return checks.flatMap(({ remedy }) => /aws dynamodb .*/.exec(remedy ?? '') ?? []).map(String);
  };
  const elsewhere = await commandsAt({ endpoint: 'http://10.0.0.7:8000', region: 'eu-central-1' });
  assert.equal(elsewhere.length, 3);
  for (const command of elsewhere) {
    assert.ok(command.includes(' --table-name team '), command);
    assert.ok(command.endsWith(" --endpoint-url 'http://10.0.0.7:8000' --region eu-central-1"), command);
  }
  for (const command of await commandsAt({})) assert.doesNotMatch(command, /--endpoint-url|--region/);
});
