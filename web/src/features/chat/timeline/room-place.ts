import type { Place } from './timelines.ts';

/** A place in a room as one text, which stays the same as long as the place does. */
export type Where = 'end' | `sequence ${number}` | `time ${string}`;

/** Where an address leads: to a message by its permalink, or to a day. */
export function whereOf(sequence: string | undefined, at: string | undefined): Where {
  const wanted = Number(sequence);
  if (sequence !== undefined && Number.isSafeInteger(wanted) && wanted > 0) return `sequence ${wanted}`;
  if (at !== undefined && !Number.isNaN(Date.parse(at))) return `time ${new Date(at).toISOString()}`;
  return 'end';
}

export function placeOf(where: Where): Place {
  const [kind, value = ''] = where.split(' ');
  if (kind === 'sequence') return { kind, sequence: Number(value) };
  return kind === 'time' ? { kind, time: value } : { kind: 'end' };
}
