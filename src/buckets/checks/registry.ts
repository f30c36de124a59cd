/** Every check, in the order in which people meet them: who gets in first. A test holds the list against the folder. */
import type { Check } from './check.ts';
import { accessPointPublic } from './exposure/access-point-public.ts';
import { bucketCrossAccountControl } from './exposure/bucket-cross-account-control.ts';
import { bucketCrossAccount } from './exposure/bucket-cross-account.ts';
import { bucketExposureDisagreement } from './exposure/bucket-exposure-disagreement.ts';
import { bucketFederated } from './exposure/bucket-federated.ts';
import { bucketLatentExposure } from './exposure/bucket-latent-exposure.ts';
import { bucketPublicList } from './exposure/bucket-public-list.ts';
import { bucketPublicRead } from './exposure/bucket-public-read.ts';
import { bucketPublicSettings } from './exposure/bucket-public-settings.ts';
import { bucketPublicWrite } from './exposure/bucket-public-write.ts';
import { accessPointBlockPublicAccess } from './access/access-point-block-public-access.ts';
import { accessPointInternet } from './access/access-point-internet.ts';
import { accountBlockPublicAccess } from './access/account-block-public-access.ts';
import { bucketAclOtherAccounts } from './access/bucket-acl-other-accounts.ts';
import { bucketAclPublicGrant } from './access/bucket-acl-public-grant.ts';
import { bucketBlockPublicAccess } from './access/bucket-block-public-access.ts';
import { bucketOwnershipEnforced } from './access/bucket-ownership-enforced.ts';
import { bucketPolicyReadable } from './access/bucket-policy-readable.ts';
import { bucketPolicyWildcard } from './access/bucket-policy-wildcard.ts';
import { bucketCorsPublic } from './web/bucket-cors-public.ts';
import { bucketCorsWrite } from './web/bucket-cors-write.ts';
import { bucketWebsite } from './web/bucket-website.ts';
import { objectAclPublic } from './objects/object-acl-public.ts';
import { objectSecretsPublic } from './objects/object-secrets-public.ts';
import { bucketDefaultEncryption } from './encryption/bucket-default-encryption.ts';
import { bucketKey } from './encryption/bucket-key.ts';
import { bucketKmsEncryption } from './encryption/bucket-kms-encryption.ts';
import { bucketKmsForeignKey } from './encryption/bucket-kms-foreign-key.ts';
import { bucketKmsOwnKey } from './encryption/bucket-kms-own-key.ts';
import { bucketSseCBlocked } from './encryption/bucket-sse-c-blocked.ts';
import { bucketTlsOnly } from './encryption/bucket-tls-only.ts';
import { bucketTlsVersion } from './encryption/bucket-tls-version.ts';
import { bucketLifecycleAbortMultipart } from './data-protection/bucket-lifecycle-abort-multipart.ts';
import { bucketLifecycleEndsAll } from './data-protection/bucket-lifecycle-ends-all.ts';
import { bucketLifecycleOldVersions } from './data-protection/bucket-lifecycle-old-versions.ts';
import { bucketLifecycle } from './data-protection/bucket-lifecycle.ts';
import { bucketMfaDelete } from './data-protection/bucket-mfa-delete.ts';
import { bucketObjectLockDefault } from './data-protection/bucket-object-lock-default.ts';
import { bucketObjectLock } from './data-protection/bucket-object-lock.ts';
import { bucketReplicationOtherAccount } from './data-protection/bucket-replication-other-account.ts';
import { bucketReplication } from './data-protection/bucket-replication.ts';
import { bucketVersioning } from './data-protection/bucket-versioning.ts';
import { accountDataEvents } from './logging/account-data-events.ts';
import { bucketAccessLogging } from './logging/bucket-access-logging.ts';
import { bucketEventNotifications } from './logging/bucket-event-notifications.ts';
import { bucketEventsOtherAccount } from './logging/bucket-events-other-account.ts';
import { bucketLogIntoItself } from './logging/bucket-log-into-itself.ts';
import { bucketLogTargetOpen } from './logging/bucket-log-target-open.ts';
import { accountDanglingReference } from './names/account-dangling-reference.ts';
import { accountServiceNames } from './names/account-service-names.ts';
import { bucketDanglingReference } from './names/bucket-dangling-reference.ts';
import { bucketNameAccount } from './names/bucket-name-account.ts';
import { bucketNameDots } from './names/bucket-name-dots.ts';
import { bucketNamespace } from './names/bucket-namespace.ts';

export const allChecks: readonly Check[] = [
  // exposure/
  accessPointPublic,
  bucketCrossAccountControl,
  bucketCrossAccount,
  bucketExposureDisagreement,
  bucketFederated,
  bucketLatentExposure,
  bucketPublicList,
  bucketPublicRead,
  bucketPublicSettings,
  bucketPublicWrite,

  // access/
  accessPointBlockPublicAccess,
  accessPointInternet,
  accountBlockPublicAccess,
  bucketAclOtherAccounts,
  bucketAclPublicGrant,
  bucketBlockPublicAccess,
  bucketOwnershipEnforced,
  bucketPolicyReadable,
  bucketPolicyWildcard,

  // web/
  bucketCorsPublic,
  bucketCorsWrite,
  bucketWebsite,

  // objects/
  objectAclPublic,
  objectSecretsPublic,

  // encryption/
  bucketDefaultEncryption,
  bucketKey,
  bucketKmsEncryption,
  bucketKmsForeignKey,
  bucketKmsOwnKey,
  bucketSseCBlocked,
  bucketTlsOnly,
  bucketTlsVersion,

  // data-protection/
  bucketLifecycleAbortMultipart,
  bucketLifecycleEndsAll,
  bucketLifecycleOldVersions,
  bucketLifecycle,
  bucketMfaDelete,
  bucketObjectLockDefault,
  bucketObjectLock,
  bucketReplicationOtherAccount,
  bucketReplication,
  bucketVersioning,

  // logging/
  accountDataEvents,
  bucketAccessLogging,
  bucketEventNotifications,
  bucketEventsOtherAccount,
  bucketLogIntoItself,
  bucketLogTargetOpen,

  // names/
  accountDanglingReference,
  accountServiceNames,
  bucketDanglingReference,
  bucketNameAccount,
  bucketNameDots,
  bucketNamespace,
];
