/** The lines around the records of a log, as Zeek writes them. */
export function zeekHead(path: string, columns: Readonly<Record<string, string>>, openedMs: number): string {
  const lines = [
    ['#separator \\x09'],
    ['#set_separator', ','],
    ['#empty_field', '(empty)'],
    ['#unset_field', '-'],
    ['#path', path],
    ['#open', zeekTime(openedMs)],
    ['#fields', ...Object.keys(columns)],
    ['#types', ...Object.values(columns)],
  ];
  return lines.map((cells) => `${cells.join('\t')}\n`).join('');
}

export function zeekFoot(closedMs: number): string {
  return `#close\t${zeekTime(closedMs)}\n`;
}

/** `2026-11-28-23-05-00` */
function zeekTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[T:]/g, '-');
}
