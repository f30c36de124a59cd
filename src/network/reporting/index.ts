/**
 * reporting/ says in words what alerts mean: as findings, where a source's steps are one story, and as a report that ends with
 * what is likely next. What the log of a database refused is joined with its flows here too (database-log.ts). Start reading in
 * story.ts and observations.ts.
 */
export { openDatabaseLog } from './database-log.ts';
export { reportNotices } from './report-notices.ts';
export { networkReport } from './render-report.ts';
