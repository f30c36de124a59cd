/**
 * One line of CSV (RFC 4180). A spreadsheet runs a cell that starts like a formula, so such a cell gets an apostrophe
 * in front; a name like `=HYPERLINK(…)` then reads as what it is.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

// OWASP: = + - @, tab and carriage return start a formula, also behind spaces and in their full-width forms.
const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
