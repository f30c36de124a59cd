/**
 * buckets/ guards the buckets of an account or of any S3-compatible store: who gets in and why, what else is wrong, and
 * mending it so that it can be undone. Start reading in exposure/facts.ts (what is read), exposure/ways.ts (the words of
 * the verdict) and exposure/exposure.ts.
 */
export { bucketErrors } from './errors.ts';
export { auditBuckets, type Audit } from './auditing/audit.ts';
export { recordAudit, type FindingsSink } from './auditing/record.ts';
export { openAwsReader, type AwsPlace } from './facts/aws/reader.ts';
export { openAwsWriter } from './fixes/aws/writer.ts';
export { guardOwnBuckets, type OwnBucket } from './own-buckets.ts';
export { openStateFiles } from './state/state-files.ts';
export { exposureOf } from './exposure/exposure.ts';
export { askOverHttp, type AskAnonymously } from './exposure/anonymous-client.ts';
export { probeAnonymously, type Probe, type ProbedRequest, type ProbeTarget } from './exposure/anonymous-probe.ts';
export { withProbe } from './exposure/with-probe.ts';
export { repairPolicy, type PolicyRepair, type StatementChange } from './exposure/repair-policy.ts';
export { whoLosesAccess, type Loss } from './exposure/who-loses-access.ts';
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
