/**
 * audit/ keeps the record of who did what, and proves that nobody changed it afterwards. Features hand over an event
 * with the transaction of each act; every two seconds the new ones are linked into a chain of batches, each signed
 * (Ed25519, under the workspace key) and naming the hash of the one before; the signed end of the chain goes to both
 * stores. It knows no feature: events are ids, an act and a few facts. Start reading in audit.ts.
 */
export { HEADS_PREFIX } from './records.ts';
export { openAudit, type Audit, type AuditDeps } from './audit.ts';
export { eventWriter } from './event-rows.ts';
export { auditRoutes, type AuditRoutesOptions } from './routes.ts';
export { verifyAudit } from './verify.ts';
export type { VerifyReport } from './verify-report.ts';
export { signerOf } from './signing.ts';
export { auditErrors } from './errors.ts';
export { auditSettings, type AuditSettings } from './settings.ts';
