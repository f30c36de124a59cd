/**
 * buckets/ guards the buckets of an account or of any S3-compatible store: who gets in and why, what else is wrong, and
 * mending it so that it can be undone. Start reading in exposure/facts.ts (what is read), exposure/ways.ts (the words of
 * the verdict) and exposure/exposure.ts.
 */
export { bucketErrors } from './errors.ts';
export { auditBuckets, type Audit } from './auditing/audit.ts';
export { openProbing, type Probing } from './auditing/probing.ts';
export { recordAudit } from './auditing/record.ts';
export { openAwsReader, type AwsPlace } from './facts/aws/reader.ts';
export { openAwsWriter } from './fixes/aws/writer.ts';
export { openAlerts } from './guard/alerts.ts';
export { openDeployedGuard } from './guard/aws/deployed-guard.ts';
export { findTrail } from './guard/aws/trails.ts';
export { openGraceQueue } from './guard/aws/grace-queue.ts';
export { openGuardTable } from './guard/aws/dynamo-table.ts';
export { guardPackage, type GuardPackage } from './guard/package.ts';
export { openTopic } from './guard/aws/topic.ts';
export type { Guard } from './guard/guard.ts';
export { handle, type BatchAnswer, type Invocation } from './guard/handle.ts';
export { openBucketNotifier } from './notices/aws/bucket-notifier.ts';
export { openWatchedStore } from './watching/aws/watched-store.ts';
export { openOwnerMailer } from './notices/aws/owner-mailer.ts';
export { openNoticeQueue, type ReceivedNotice } from './notices/aws/notice-queue.ts';
export { deliverLetter } from './notices/sending/deliver.ts';
export { handleNotices, type NoticesInvocation } from './notices/handle.ts';
export { guardNoticeOf, readNotice, type WorkspaceNotice } from './notices/sending/workspace-notice.ts';
export { guardOwnBuckets, ownChecks, type OwnBucket, type OwnBucketsSeen } from './own-buckets.ts';
export { placeIdOf, type BucketPlace } from './serving/place.ts';
export { serveBuckets, type ServedBuckets } from './serving/serve.ts';
export { openStateFiles } from './state/state-files.ts';
export { exposureOf } from './exposure/exposure.ts';
export { askOverHttp, type AskAnonymously } from './exposure/anonymous-client.ts';
export { probeAnonymously, type Probe, type ProbedRequest, type ProbeTarget } from './exposure/anonymous-probe.ts';
export { withProbe } from './exposure/with-probe.ts';
export { repairPolicy, type PolicyRepair, type StatementChange } from './exposure/repair/repair-policy.ts';
export { whoLosesAccess, type Loss } from './exposure/repair/who-loses-access.ts';
export type {
  AccessPoint,
  Acl,
  AclGrant,
  BlockPublicAccess,
  ExposureFacts,
  Ownership,
  Read,
} from './exposure/facts.ts';
export type { Ability, Exposure, ExposureVerdict, Flag, ProvingRequest, Unknown, Way } from './exposure/ways.ts';
