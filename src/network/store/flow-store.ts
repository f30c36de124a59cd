import type { ProtocolLog, ProtocolRecord } from '../records/log-records.ts';
import type { KeptFlow } from '../records/logged-flow.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { AnalysedBatch, FlowBatch } from './flow-batch.ts';

export const protocolLogs = [
  'dns',
  'http',
  'ssl',
  'ssh',
  'mysql',
  'pgsql',
  'ftp',
  'smtp',
  'pop3',
  'imap',
  'redis',
  'mongodb',
] as const satisfies readonly ProtocolLog[];

/**
 * Where flows are kept. All times are in seconds since 1970, as in the records; a range holds what began at `from` or later and
 * before `to`. A long flow has one record here: the last that was written of it.
 */
export interface FlowStore extends AsyncDisposable {
  /**
   * Durable when it resolves; a batch of an id that is stored already changes nothing, and that is what is answered: false. Throws `flows_batch_invalid`, `flows_disk_full` and
   * `flows_unavailable`, and then nothing of it is stored; in MongoDB a part may be, until the same batch comes again and completes it.
   */
  add(batch: FlowBatch | AnalysedBatch): Promise<boolean>;
  /** For whoever has much to store and works on meanwhile. To be disposed of before the store. */
  openWriter(): FlowWriter;
  /** Newest first. Throws `flows_cursor_invalid`. */
  flows(query: FlowQuery): Promise<FlowPage>;
  /** With all that was said in it and about it; `null`: there is no such flow, or no more. */
  flow(uid: string): Promise<FlowView | null>;
  /** Newest first. Throws `flows_cursor_invalid`. */
  logs(kind: ProtocolLog, query: FlowQuery): Promise<LogPage>;
  /** The last raised first. Of a key it has the newest record. Throws `flows_cursor_invalid`. */
  notices(query: NoticeQuery): Promise<NoticePage>;
  /** Most bytes first. */
  talkers(query: TalkersQuery): Promise<readonly Talker[]>;
  /** Points of equal width from `from` to `to`, those without flows included. */
  timeline(query: TimelineQuery): Promise<readonly TimelinePoint[]>;
  /** What one address did and what was done to it. */
  source(address: string, range: RangeQuery): Promise<SourceView>;
  /** Who saw something in the range, by name. */
  sensors(range: RangeQuery): Promise<readonly SensorView[]>;
  usage(): Promise<StoreUsage>;
  /** Removes what is kept no longer. `nowMs`: milliseconds since 1970. */
  sweep(nowMs: number): Promise<Swept>;
  /**
   * Adds up what is over, for figures of long ranges, where a store does not do so as it takes flows. What failed is due until the next
   * time, and figures are right until then. `nowMs`: milliseconds since 1970.
   */
  addUp(nowMs: number): Promise<void>;
  /** Days that are over, for whoever keeps them elsewhere as well; `null`: this store does not give them out. */
  readonly archive: FlowArchive | null;
}

export interface FlowWriter extends AsyncDisposable {
  /**
   * As the store's own, one batch after the other, by a thread of its own where that is worth one. The flows must stay as they are until it has
   * resolved.
   */
  add(batch: AnalysedBatch): Promise<boolean>;
}

export interface Swept {
  /** Flows. */
  readonly removed: number;
  /** Flows that had to go for lack of room before they were archived, since the last sweep; 0 where nothing is archived. */
  readonly lost: number;
}

export interface FlowArchive {
  /** What is over and archived nowhere, the oldest first. It takes no more flows. `nowMs`: milliseconds since 1970. */
  waiting(nowMs: number): Promise<readonly ArchivedPart[]>;
}

/** All that was stored on one day, or a piece of it. */
export interface ArchivedPart {
  /** `2026-11-28`, UTC. */
  readonly day: string;
  /** Of this piece alone, and always the same. */
  readonly id: string;
  /** Some at a time, each as one object with Zeek's names. May be asked for again. */
  records(): AsyncIterable<readonly ArchivedRecord[]>;
  /** It lies elsewhere now. */
  done(): Promise<void>;
}

/** `_path` as in Zeek's own lines of JSON: `conn`, a log, `notice`; `coverage` for what sensors looked at. */
export type ArchivedRecord = Readonly<Record<string, unknown>> & {
  readonly _path: string;
  readonly sensor: string;
};

export interface RangeQuery {
  readonly from: number;
  readonly to: number;
  readonly sensor?: string | undefined;
}

export interface FlowQuery extends RangeQuery {
  /** Of either end. */
  readonly address?: string | undefined;
  /** Of the other end. */
  readonly peer?: string | undefined;
  /** Of either end. */
  readonly port?: number | undefined;
  readonly proto?: string | undefined;
  /** One of those that a flow has. */
  readonly service?: string | undefined;
  readonly state?: string | undefined;
  /** Part of any text of a record; upper and lower case are the same. */
  readonly text?: string | undefined;
  /** From the page before. */
  readonly cursor?: string | undefined;
  /** 1 to 1000. */
  readonly limit: number;
}

/** `next`: to go on; `null`: that was all. A page may have fewer than were asked for and yet a next one, when looking took long. */
export interface FlowPage {
  readonly flows: readonly StoredFlow[];
  readonly next: string | null;
}

/** Who saw it stands beside what Zeek would have written. */
export type StoredFlow = KeptFlow & { readonly sensor: string };

export interface LogPage {
  readonly records: readonly ProtocolRecord[];
  readonly next: string | null;
}

export interface FlowView {
  readonly conn: StoredFlow;
  /** In the order they happened, at most 1000. */
  readonly logs: readonly ProtocolRecord[];
  readonly notices: readonly NoticeRecord[];
}

export interface NoticeQuery extends RangeQuery {
  /** `Scan::Port_Scan` */
  readonly note?: string | undefined;
  readonly severity?: NoticeRecord['severity'] | undefined;
  /** Of either end. */
  readonly address?: string | undefined;
  readonly text?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface NoticePage {
  readonly notices: readonly NoticeRecord[];
  readonly next: string | null;
}

export type TalkersBy = 'address' | 'port' | 'service';

export interface TalkersQuery extends RangeQuery {
  readonly by: TalkersBy;
  /** 1 to 100. */
  readonly limit: number;
}

/** Bytes are those of IP, of both directions. */
export interface Talker {
  /** `192.0.2.1`, `443/tcp`, `http`; a flow without a known service counts for `-`. */
  readonly name: string;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

export interface TimelineQuery extends RangeQuery {
  /** 1 to 500. */
  readonly points: number;
}

export interface TimelinePoint {
  /** Where it begins. */
  readonly ts: number;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  readonly notices: number;
}

export interface SourceView {
  readonly address: string;
  /** Of all that is kept, whatever the range; `null`: nothing is. */
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  /** It was here before the range, and then not for a day or more. */
  readonly isReturning: boolean;
  /** In the range. Of flows that it began, how many had no answer or a refusal. */
  readonly flows: number;
  readonly begun: number;
  readonly failed: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Most bytes first, at most 20 each. */
  readonly peers: readonly Talker[];
  readonly ports: readonly Talker[];
  /** Logins it tried, in the order they happened, folded where nothing differs but the time; at most 200. */
  readonly logins: readonly SourceLogin[];
  readonly notices: readonly NoticeRecord[];
  /** In the order they happened. */
  readonly story: readonly StoryStep[];
  /** False: there was more than could be looked at, and the figures are of the newest. */
  readonly isWhole: boolean;
}

export interface SourceLogin {
  readonly service: ProtocolLog;
  readonly address: string;
  readonly port: number;
  readonly user: string | null;
  /** `null`: nobody can tell. */
  readonly success: boolean | null;
  readonly cleartext: boolean;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Of the last. */
  readonly uid: string;
}

export const storySteps = ['scanned', 'guessed', 'succeeded', 'uploaded'] as const;

export interface StoryStep {
  readonly step: (typeof storySteps)[number];
  readonly from: number;
  readonly to: number;
  /** Ports and hosts that refused, failed logins, logins that worked, bytes. */
  readonly count: number;
  /** At most 20 flows. */
  readonly uids: readonly string[];
}

export interface SensorView {
  readonly sensor: string;
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  readonly dropped: number;
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface StoreUsage {
  readonly flows: number;
  /** On the disk. */
  readonly bytes: number;
  /** Times of flows; `null`: there are none. */
  readonly oldest: number | null;
  readonly newest: number | null;
}
