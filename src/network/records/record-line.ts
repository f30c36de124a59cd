import type { RecordFormat } from './conn-writer.ts';

/**
 * How records of one log become lines: cells with tabs between them, in the order of the columns, or one JSON object. `columns`: with
 * Zeek's types.
 */
export function recordLine(
  columns: Readonly<Record<string, string>>,
  format: RecordFormat,
): (record: object) => string {
  if (format === 'jsonl') return json;
  const known = Object.entries(columns).map(([name, type]) => ({ name, isWhole: type === 'count' || type === 'port' }));
  return (record) => {
    const values = record as Readonly<Record<string, unknown>>;
    let line = '';
    for (const { name, isWhole } of known) {
      if (line !== '') line += '\t';
      line += cell(values[name], isWhole);
    }
    return `${line}\n`;
  };
}

function json(record: object): string {
  const { log: _, ...fields } = record as Readonly<Record<string, unknown>>;
  return `${JSON.stringify(fields)}\n`;
}

function cell(value: unknown, isWhole: boolean): string {
  if (value === undefined) return '-';
  if (!Array.isArray(value)) return one(value, isWhole, false);
  return value.length === 0 ? '(empty)' : value.map((each) => one(each, isWhole, true)).join(',');
}

function one(value: unknown, isWhole: boolean, isElement: boolean): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value !== 'number') return escaped(String(value), isElement);
  return isWhole ? String(value) : value.toFixed(6);
}

/** Most text has nothing of what is escaped. */
const PLAIN = /^[^\\,\u0000-\u001f\u007f-\u009f\u2028\u2029(-][^\\,\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

/** Zeek's way: what would end a cell, a line or an element, or be taken for a sign of its own, as `\x` and its number. */
function escaped(text: string, isElement: boolean): string {
  if (PLAIN.test(text)) return text;
  if (text === '') return '(empty)';
  if (text === '-' || text === '(empty)') return `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
  const safe = text.replaceAll('\\', '\\\\').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, hex);
  return isElement ? safe.replaceAll(',', '\\x2c') : safe;
}

function hex(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
