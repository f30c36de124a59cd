/**
 * What guards read (names of files, tags, process titles) may hold half a surrogate pair, which is no text: it cannot be
 * written as UTF-8, so no store takes it. U+FFFD stands for it, as in every decoder, and the rest of the batch is kept.
 */
export function wellFormed<Value>(value: Value): Value {
  return replaced(value) as Value;
}

function replaced(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toWellFormed(), replaced(each)]));
}
