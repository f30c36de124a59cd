/** A log of one JSON object a line, for a place that has its own idea of times and levels, as Lambda has. */
import { timestamp, type Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';

export function jsonLog(output: (line: string) => void, clock: Clock): Log {
  const line = (level: string) => (fields: object, message: string) =>
    output(JSON.stringify({ level, time: timestamp(clock()), ...fields, message }));
  return { info: line('info'), warn: line('warn'), error: line('error'), debug: () => {} };
}
