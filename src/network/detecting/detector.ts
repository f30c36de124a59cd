import type { ConnRecord } from '../records/conn-record.ts';
import type { LoggedFlow } from '../records/logged-flow.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { Raise } from './alerts.ts';
import type { KnownState } from './known/known-state.ts';
import type { AddressList } from './lists/block-list.ts';
import type { DetectingSettings } from './settings.ts';

/** One thing that can be wrong about flows. It hears of everything and keeps what it needs, bounded whatever comes. */
export interface Detector {
  /** A flow that ended, or goes on and is `partial`. */
  readonly conn?: (record: ConnRecord) => void;
  /** One direction of a flow, out of a flow log. */
  readonly logged?: (record: LoggedFlow) => void;
  /** What was said inside of one. */
  readonly protocol?: (record: ProtocolRecord) => void;
  /** `mac` said that it has `ip`, at `ts` in seconds. */
  readonly arp?: (ip: string, mac: string, ts: number) => void;
}

/** What detections are told of the place that they look at. */
export interface Surroundings {
  /** Where this computer sends what leaves its network. */
  readonly gateways: readonly string[];
  readonly lists: readonly AddressList[];
  /** Country and network of an address; `null`: nothing is known. */
  readonly about: (address: string) => string | null;
}

export interface DetectorDeps extends Surroundings {
  readonly settings: DetectingSettings;
  readonly known: KnownState;
  readonly raise: Raise;
}

/** What a detector looks at at once: beyond it what was used longest ago is forgotten. */
export const MOST_PAIRS = 20_000;
export const MOST_SOURCES = 10_000;

/** `192.0.2.1 and port 22 of 10.0.0.5` differ from `192.0.2.1 and 10.0.0.5`: parts of a key stay apart. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join('|');
}
