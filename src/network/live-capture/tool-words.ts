/** What tcpdump and dumpcap say on standard error. */
import { visible } from '../../base/text/visible.ts';

/** The interface is open and the filter set: tcpdump says it then, and dumpcap names its output. */
export function hasBegun(said: string): boolean {
  return /listening on |^File: /m.test(said);
}

/** Packets that the system threw away since the beginning, by the last that was said of it; `null`: nothing was. */
export function droppedBy(said: string): number | null {
  const kernel = lastNumber(said, /(\d+) packets? dropped by kernel/g);
  if (kernel !== null) return kernel + (lastNumber(said, /(\d+) packets? dropped by interface/g) ?? 0);
  return lastNumber(said, /Packets received\/dropped on interface [^\n]*: \d+\/(\d+)/g);
}

/** Why it ended or refused, in its own words, without what it says of counts. */
export function reasonOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^(?:tcpdump|dumpcap): /, '').trim())
    .filter((line) => line !== '' && !NO_REASON.test(line));
  return visible(lines.join('; ')).slice(0, 500);
}

const NO_REASON =
  /^listening on |^Capturing on |^File: |^data link type |^verbose output|^Packets |packets? (?:captured|received by filter|dropped by)|^See the User's Guide|^That string|^Warning: /;

function lastNumber(said: string, pattern: RegExp): number | null {
  const last = [...said.matchAll(pattern)].at(-1)?.[1];
  return last === undefined ? null : Number(last);
}
