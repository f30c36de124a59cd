/**
 * Where bytes and records lie, and how servers tell each other: three ports, their adapters, and what is stacked on
 * them. Nothing here knows what the bytes mean; encryption and versions are the business of the features above.
 *
 * `ObjectStore` keeps immutable bytes under opaque keys (a folder, or memory); `RecordStore` keeps small JSON items
 * under (pk, sk) with conditions and transactions (SQLite, DynamoDB, or memory); `PubSub` passes short-lived messages
 * on (in process, Redis).
 */
export { makeDurableFolder, syncFolder } from './durable-folder.ts';
export { storageErrors, isRetryable } from './errors.ts';
export { openPrivateFolder, safeFileName, type PrivateFolder } from './private-folder.ts';
export { pathOfFileUrl } from './file-url.ts';
export { storageSettings } from './settings.ts';

export type * from './objects/object-store.ts';
export { abilitiesOf } from './objects/abilities.ts';
export { bytesBody, readBody, replayableBody, untilAborted } from './objects/body.ts';
export { openFolderObjectStore } from './objects/folder/folder.ts';
export { readWholeObject } from './objects/folder/read-part.ts';
export { memoryObjectStore } from './objects/memory.ts';
export { openS3ObjectStore, type S3ObjectStore } from './objects/s3/s3.ts';
export { probeObjectStore, type Trial } from './objects/probe.ts';
export { examineS3Bucket, type S3Health } from './objects/s3/looks/health.ts';
export { destroyObject } from './objects/destroy.ts';
export { withLimit } from './objects/limit.ts';
export type { LimitOptions } from './objects/limit.ts';
export { LATENCY_BUCKETS_MS, withMetrics } from './objects/metrics.ts';
export type { MeteredObjectStore, OperationMetrics } from './objects/metrics.ts';
export { withRetry } from './objects/retry.ts';
export type { RetryOptions } from './objects/retry.ts';

export type * from './records/record-store.ts';
export { openSqliteRecordStore } from './records/sqlite/sqlite.ts';
export type { SqliteRecordStore } from './records/sqlite/store.ts';
export { openRowReader } from './records/sqlite/row-reader.ts';
export type { GetRow, RowReader } from './records/sqlite/row-reader.ts';
export { openDynamoRecordStore } from './records/dynamodb/dynamodb.ts';
export type { DynamoHealth } from './records/dynamodb/health.ts';
export { openDataLock } from './records/sqlite/data-lock.ts';
export type { DataLock } from './records/sqlite/data-lock.ts';
export { acquireLease } from './records/lease.ts';
export type { Lease, LeaseOptions } from './records/lease.ts';
export { startLeasedLoop } from './records/leased-loop.ts';
export type { LeasedLoop } from './records/leased-loop.ts';
export { memoryRecordStore } from './records/memory.ts';
export { moveKey, moveRecords } from './records/move-records.ts';
export type { MovableRecords, RecordsMoved } from './records/move-records.ts';
export { startExpirySweep, sweepExpired } from './records/expiry-sweep.ts';
export type { ExpirySweeper } from './records/expiry-sweep.ts';

export type { PubSub } from './pubsub/pub-sub.ts';
export { inProcessPubSub } from './pubsub/in-process.ts';
export { openRedisPubSub, type RedisPubSub } from './pubsub/redis.ts';
