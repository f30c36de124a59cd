/** Commands of the pages about buckets, stores on S3 and stacks, each run by a shell as it stands there, on moto; the others: test/integration/documented-pages.test.ts. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { BucketVersioningStatus, CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { withoutMoto } from '../support/aws/moto.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { BUCKET_PAGES, NOT_RUN } from '../support/documented/elsewhere.ts';
import { linesIn, shellOf } from '../support/documented/commands.ts';
import { newMotoAccount } from '../support/aws/moto-account.ts';
import { startServer } from '../support/servers/start-server.ts';

/** By a part of the line: what it has to say. */
const EFFECTS: Readonly<Record<string, RegExp>> = {
  'fix plans  ': /plans/,
  'fix plans --apply': /undo/i,
  'buckets deploy --email security@example.org  ': /Nothing is changed without --apply/,
  'notices on plans/': /plans/,
  'notices list': /Nothing is told of/,
  'stores probe': /\S/,
};

test('the commands of the pages about buckets and S3 do what the pages say', { skip: withoutMoto }, async () => {
  const { at } = await newMotoAccount();
  const env = {
    ...{ AWS_ENDPOINT_URL: at.endpoint, AWS_REGION: at.region, AWS_ACCESS_KEY_ID: at.credentials.accessKeyId },
    ...{ AWS_SECRET_ACCESS_KEY: at.credentials.secretAccessKey, AWS_SESSION_TOKEN: at.credentials.sessionToken },
  };
  const s3 = new S3Client({ ...at, forcePathStyle: true });
  const own = newId().slice(-12);
  const named = (line: string): string => line.replace(/\b(plans|acme-holdfast)\b/g, `$1-${own}`);
  for (const Bucket of [named('plans'), named('acme-holdfast')]) {
    // As AWS makes them.
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
    const VersioningConfiguration = { Status: BucketVersioningStatus.Enabled };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  s3.destroy();
  Object.assign(process.env, env);
  await using server = await startServer();
  await using ada = await cliPerson();
  await ada.signUp(server);
  mkdirSync(ada.path('deploy'));
  const shell = shellOf(ada, env);
  let receipt = '';
  for (const page of BUCKET_PAGES) {
    for (const { at: where, text } of linesIn(page)) {
      if (NOT_RUN.some(([pages, part]) => pages.split(' ').includes(page) && text.includes(part))) continue;
      const line = named(text)
        .replace('https://s3.example.org', at.endpoint)
        .replace('eu-central-1', at.region)
        .replace('stores move', 'stores move --password-file .password')
        .replace(/0190f5d2-[0-9a-f-]+/, receipt);
      const { exitCode, said } = await shell(line);
      // 1: something is wrong there, which these say.
      const wanted = /buckets (audit|doctor)/.test(text) ? 1 : 0;
      assert.ok(exitCode !== null && exitCode <= wanted, `${where}: ${line}\n${exitCode} ${said}`);
      for (const [part, words] of Object.entries(EFFECTS)) if (text.includes(part)) assert.match(said, words, where);
      receipt = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/.exec(said)?.[0] ?? receipt;
    }
  }
});
