/** One phrase a line, as people type lists. */
export function linesOf(phrases: readonly string[]): string {
  return phrases.join('\n');
}

export function linesIn(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
