import type { Severity } from '../../findings/index.ts';
import type { ConnRecord } from './conn-record.ts';

/** How an alert came about, in numbers that anybody can hold against the flows. */
export interface Arithmetic {
  readonly count: number;
  readonly threshold: number;
  readonly windowSeconds: number;
  /** One sentence for each step; what others sent is in there as it came. */
  readonly explained: readonly string[];
}

/** What is wrong about flows, with the names of Zeek's notice.log and the arithmetic of our own. */
export interface NoticeRecord {
  readonly log: 'notice';
  /** Seconds since 1970 of the flow that it was raised for first. */
  readonly ts: number;
  /** `Scan::Port_Scan` */
  readonly note: string;
  readonly msg: string;
  /** What else is known of the addresses: country and network. */
  readonly sub?: string;
  readonly src?: string;
  readonly dst?: string;
  readonly p?: number;
  readonly proto?: ConnRecord['proto'];
  /** How often it was raised; all of these are folded into this record. */
  readonly n: number;
  /** Seconds since 1970. */
  readonly first: number;
  readonly last: number;
  readonly severity: Severity;
  /** The same key is the same alert: a later record of it has all that an earlier one had. */
  readonly key: string;
  readonly arithmetic: Arithmetic;
  /** Flows that it was raised for, the first 20. */
  readonly uids: readonly string[];
}
