/** A policy as people read it: JSON in lines, each with the statement that it belongs to. */

export interface PolicyLine {
  readonly text: string;
  /** Counted from 0; `null`: around the statements. */
  readonly statement: number | null;
}

/** A text that is no JSON stands as it is: what the store keeps is what is shown. */
export function policyLines(policy: string): readonly PolicyLine[] {
  const document = parsed(policy);
  if (document === null) return policy.split('\n').map((text) => ({ text, statement: null }));
  const { Statement, ...rest } = document;
  if (Statement === undefined) return lines(document, null);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  const isList = Array.isArray(Statement);
  const around = lines(rest, null).slice(1, -1);
  return [
    { text: '{', statement: null },
    ...around.map((line, at) => (at === around.length - 1 ? { ...line, text: `${line.text},` } : line)),
    ...(isList ? [{ text: '  "Statement": [', statement: null }] : []),
    ...statements.flatMap((statement, at) => {
      const own = lines(statement, at);
      return own.map(({ text }, line) => ({
        text: `${isList ? '    ' : line === 0 ? '  "Statement": ' : '  '}${text}${isList && line === own.length - 1 && at < statements.length - 1 ? ',' : ''}`,
        statement: at,
      }));
    }),
    ...(isList ? [{ text: '  ]', statement: null }] : []),
    { text: '}', statement: null },
  ];
}

function lines(value: unknown, statement: number | null): PolicyLine[] {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((text) => ({ text, statement }));
}

function parsed(policy: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(policy);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** JSON in lines, where it is some. */
export function readableJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
