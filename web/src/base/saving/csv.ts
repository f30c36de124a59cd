/** Lists of pages as spreadsheets read them (RFC 4180). */

/**
 * Line by line as the server writes its own exports: a cell that a spreadsheet would run as a formula gets an apostrophe in
 * front.
 */
export function csvOf(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

// OWASP: = + - @, tab and carriage return start a formula, also behind spaces and in their full-width forms.
const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
