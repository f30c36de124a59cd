/** What the overview answers about the network. Nothing is good there because nobody looked. */
import { counted, formatCount } from '../../base/text/format.ts';
import type { FindingSummary } from '../findings/api.ts';
import type { NetworkOverview } from '../network/api.ts';
import { sensorKind, unseenPackets } from '../network/words.ts';
import { type Answer, isGrave } from './answers.ts';

export type WireSeen = Pick<NetworkOverview, 'sensors' | 'alerts' | 'usage' | 'timeline' | 'toTime'>;

/** A sensor tells what it saw every few seconds; after so long it is not there any more. */
const SILENT_MS = 5 * 60_000;

/** `seen`: of the last day. `worst`: what is open of the findings that came from the network. */
export function wireAnswer(
  { sensors, alerts, usage, timeline, toTime }: WireSeen,
  worst: readonly Pick<FindingSummary, 'severity' | 'verdict'>[],
): Answer {
  const bad = alerts.critical + alerts.high;
  const mild = alerts.medium + alerts.low;
  if (worst.some(isGrave)) {
    return { tone: 'risk', sentence: 'Yes: something critical or high is open that was seen on the wire.' };
  }
  const now = Date.parse(toTime) / 1000;
  const live = sensors.filter(({ sensor }) => sensorKind(sensor) !== 'upload');
  const watching = live.filter(({ to }) => (now - to) * 1000 < SILENT_MS);
  // Every finding of it is accepted, or none was made: either way somebody has to have looked.
  if (bad > 0) {
    return {
      tone: 'look',
      sentence: `${counted(bad, 'alert')} of the last day ${bad === 1 ? 'is' : 'are'} critical or high.`,
    };
  }
  if (live.length === 0) {
    return {
      tone: 'plain',
      sentence:
        usage.flows === 0
          ? 'Nobody knows: nothing watches the network.'
          : 'Nobody knows: nothing watched the network in the last day.',
    };
  }
  if (mild > 0) return { tone: 'look', sentence: `${counted(mild, 'alert')} of the last day may need a look.` };
  const flows = timeline.reduce((sum, point) => sum + point.flows, 0);
  const among = `Nothing odd among ${counted(flows, 'flow')} of the last day`;
  if (watching.length < live.length) {
    const silent = live.length - watching.length;
    return {
      tone: 'look',
      sentence: `${among}, but ${formatCount(silent)} of ${counted(live.length, 'sensor')} ${silent === 1 ? 'is' : 'are'} not heard any more.`,
    };
  }
  const dropped = live.reduce((sum, each) => sum + each.dropped, 0);
  if (dropped > 0) return { tone: 'look', sentence: `${among}, but ${counted(dropped, 'packet')} passed unseen.` };
  const unseen = live.reduce((sum, each) => sum + unseenPackets(each), 0);
  if (unseen > 0) return { tone: 'look', sentence: `${among}, but ${counted(unseen, 'packet')} could not be read.` };
  if (worst.length > 0) return { tone: 'look', sentence: `${among}, and something older is still open.` };
  return {
    tone: 'good',
    sentence: `No: ${among.charAt(0).toLowerCase()}${among.slice(1)}, by ${counted(live.length, 'sensor')}.`,
  };
}
