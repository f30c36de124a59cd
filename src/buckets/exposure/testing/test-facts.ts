/** Set-up for tests: a bucket of account 111111111111 that nobody else gets into, or what the test says instead. */
import type { AclPermission, ExposureFacts } from '../facts.ts';

export const OWNER = 'owner-canonical-id';

export function factsOf(changes: Partial<ExposureFacts> = {}): ExposureFacts {
  const none = { value: null };
  return {
    bucket: 'photos',
    partition: 'aws',
    region: 'eu-central-1',
    endpoint: null,
    accountId: '111111111111',
    organizationId: 'o-own1234567',
    acl: { value: { ownerId: OWNER, grants: [] } },
    policy: none,
    policyStatus: none,
    ownership: none,
    blockPublicAccess: { bucket: none, account: none, organization: none },
    accessPoints: { value: [] },
    objectAcls: [],
    atMs: null,
    ...changes,
  };
}

/** Block Public Access with these flags on. */
export function blocking(...on: ('ignorePublicAcls' | 'restrictPublicBuckets')[]) {
  return {
    value: {
      blockPublicAcls: false,
      ignorePublicAcls: on.includes('ignorePublicAcls'),
      blockPublicPolicy: false,
      restrictPublicBuckets: on.includes('restrictPublicBuckets'),
    },
  };
}

export function granted(group: string, permission: AclPermission): ExposureFacts['acl'] {
  return {
    value: {
      ownerId: OWNER,
      grants: [
        { grantee: { kind: 'user', id: OWNER }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'group', id: group }, permission },
      ],
    },
  };
}
