import type { DatabaseSync } from 'node:sqlite';
import { hasCode } from '../../../base/errors.ts';
import { recordsError } from './errors.ts';

/** What SQLite does not know to belong together. */
const LOST = `SELECT count(*) AS lost FROM records
  WHERE large IS NOT NULL AND NOT EXISTS (SELECT 1 FROM large_values WHERE id = records.large)`;

/**
 * Reads a whole file of the present schema, and waits for it; answers what is wrong with it, mostly in SQLite's words. `quick_check` leaves
 * out whether indexes fit their tables, and takes half the time: https://sqlite.org/pragma.html#pragma_quick_check
 */
export function damageIn(
  database: DatabaseSync,
  look: 'integrity_check' | 'quick_check',
  attempted: string,
): readonly string[] {
  try {
    const rows = database.prepare(`PRAGMA ${look}(100)`).all();
    const findings = rows.map((row) => String(row[look]));
    const lost = database.prepare(LOST).get()?.['lost'];
    if (lost !== 0) findings.push(`${String(lost)} records without their value`);
    return findings.filter((finding) => finding !== 'ok');
  } catch (error) {
    const found = recordsError(error, attempted);
    if (hasCode(found, 'records_damaged')) return [found.detail ?? found.title];
    throw error;
  }
}
