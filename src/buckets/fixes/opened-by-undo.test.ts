import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, goodAccount, policyOf, type FactChanges } from '../checks/test-subject.ts';
import { known, unread } from '../facts/fact.ts';
import type { FixableSetting, SettingValue } from './change.ts';
import { openedByUndo } from './opened-by-undo.ts';
import type { ReceiptChange } from './receipt.ts';
import { auditedBucket, partnerStatement } from './test-plans.ts';

const noFlags = known(null);
const aclsInForce = known('ObjectWriter');
const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::plans/open/*' };
const more = { ...open, Resource: 'arn:aws:s3:::plans/secret/*' };

function undone(now: FactChanges, before: { readonly [S in FixableSetting]?: SettingValue }) {
  const { audited, place } = auditedBucket(now);
  const changes = Object.entries(before).map(([setting, value]): ReceiptChange => {
    const target = { kind: 'bucket', bucket: 'plans', region: null, setting: setting as FixableSetting } as const;
    return { target, before: value, after: null, state: 'made' };
  });
  return openedByUndo(audited, changes, place);
}

test('taking Block Public Access back is told where it hides grants to everyone of ACLs that are in force', () => {
  const opened = undone({ ownership: aclsInForce }, { publicAccessBlock: null });
  assert.equal(opened?.after, 'unknown');
  assert.match(opened.who.join(), /IgnorePublicAcls hides now, on the bucket or its objects/);
  const ofAcl = undone(
    { ownership: aclsInForce },
    {
      publicAccessBlock: null,
      acl: {
        Grants: [{ Grantee: { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' }],
      },
    },
  );
  assert.equal(ofAcl?.after, 'public-list');
  assert.match(ofAcl.who.join(), /everyone could see names of objects/);
});

test('the same says nothing where ACLs are switched off, or where the account goes on hiding them', () => {
  assert.equal(undone({}, { publicAccessBlock: null }), null);
  const { audited, place } = auditedBucket({ ownership: aclsInForce });
  const target = { kind: 'bucket', bucket: 'plans', region: null, setting: 'publicAccessBlock' } as const;
  const changes: ReceiptChange[] = [{ target, before: null, after: null, state: 'made' }];
  assert.equal(openedByUndo(audited, changes, { ...place, account: goodAccount }), null);
});

test('more that is open counts, also where the verdict stays what it is', () => {
  const now = { publicAccessBlock: noFlags, policy: known(policyOf(open)) };
  const opened = undone(now, { policy: policyOf(open, more) });
  assert.equal(opened?.before, opened?.after);
  assert.match(opened?.who.join() ?? '', /everyone could read objects/);
});

test('named accounts that get in again are told, and what only a flag would hold back', () => {
  assert.match(
    undone({}, { policy: policyOf(partnerStatement) })?.who.join() ?? '',
    /the account arn:aws:iam::210987654321:root could/,
  );
  assert.match(undone({}, { policy: policyOf(open) })?.who.join() ?? '', /only a flag would keep out everyone/);
});

test('ACLs that were switched off and come back may let anybody in', () => {
  assert.match(undone({}, { ownership: 'ObjectWriter' })?.who.join() ?? '', /those of its objects too/);
});

test('what lets nobody in is taken back without a word', () => {
  assert.equal(undone({}, { versioning: {}, encryption: null, lifecycle: null }), null);
});

test('whom the flags of the account keep out is told of each bucket, and nobody where they keep out nobody', () => {
  const account = { kind: 'account', accountId: ACCOUNT } as const;
  const change: ReceiptChange = { target: account, before: null, after: null, state: 'made' };
  const openedIn = (now: FactChanges) => {
    const { audited, place } = auditedBucket(now, goodAccount);
    return openedByUndo(audited, [change], place);
  };
  const isOpen = { policy: known(policyOf(open)), policyStatus: known(true) };
  const opened = openedIn({ ...isOpen, publicAccessBlock: noFlags });
  assert.deepEqual([opened?.before, opened?.after], ['latent', 'public-read']);
  assert.match(opened?.who.join() ?? '', /everyone could read objects/);
  assert.match(
    openedIn({ publicAccessBlock: noFlags, ownership: aclsInForce })?.who.join() ?? '',
    /IgnorePublicAcls hides now/,
  );
  assert.equal(openedIn({ publicAccessBlock: noFlags }), null);
  // Its own flags go on keeping them out.
  assert.equal(openedIn(isOpen), null);
});

test('a policy that cannot be read may let anybody in once nothing holds it back', () => {
  const policy = unread('denied', 'AccessDenied, 403');
  assert.match(undone({ policy }, { publicAccessBlock: null })?.who.join() ?? '', /the policy may let anybody in/);
  assert.equal(undone({ policy }, { versioning: {} }), null);
});
