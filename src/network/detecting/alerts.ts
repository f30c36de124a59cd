import { isAtLeast, type Severity } from '../../findings/index.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { Arithmetic, NoticeRecord } from '../records/notice-record.ts';
import { BoundedMap } from './known/bounded-map.ts';

/** What an alert says, made when somebody asks for it: numbers are then those of all that came until then. */
export interface AlertText {
  readonly note: string;
  readonly msg: string;
  readonly src?: string;
  readonly dst?: string;
  readonly p?: number;
  readonly proto?: ConnRecord['proto'];
  readonly severity: Severity;
  readonly arithmetic: Arithmetic;
}

/**
 * `key`: the same is the same alert. `ts`: seconds since 1970. `quietSeconds`: after so much quiet it is a new one, where what
 * raises it is slower than the usual limit.
 */
export type Raise = (key: string, ts: number, uid: string | null, text: () => AlertText, quietSeconds?: number) => void;

interface Open {
  readonly key: string;
  readonly first: number;
  last: number;
  n: number;
  readonly uids: string[];
  text: () => AlertText;
  told: { readonly atTs: number; readonly n: number; readonly severity: Severity } | null;
}

export interface FoldLimits {
  readonly alerts: number;
  /** After so much quiet the same thing is a new alert. */
  readonly quietSeconds: number;
  /** An alert that goes on is told again after so long, with its new numbers. */
  readonly againSeconds: number;
}

const MOST_UIDS = 20;

/** Folds what detections raise: one alert for each key, until it was quiet for a while. */
export class Alerts {
  readonly #open: BoundedMap<Open>;
  readonly #changed = new Set<Open>();
  readonly #limits: FoldLimits;
  readonly #about: (address: string) => string | null;

  /** `about`: what is known of an address; `null`: nothing. */
  constructor(limits: FoldLimits, about: (address: string) => string | null) {
    this.#limits = limits;
    this.#about = about;
    this.#open = new BoundedMap(limits.alerts);
  }

  readonly raise: Raise = (key, ts, uid, text, quietSeconds = 0) => {
    const quiet = Math.max(quietSeconds, this.#limits.quietSeconds);
    const known = this.#open.get(key);
    const isNew = known === undefined || ts - known.last > quiet;
    const open = isNew
      ? { key: `${key}@${Math.floor(ts)}`, first: ts, last: ts, n: 0, uids: [], text, told: null }
      : known;
    if (isNew) this.#open.set(key, open);
    open.n += 1;
    if (ts > open.last) open.last = ts;
    if (uid !== null && open.uids.length < MOST_UIDS && !open.uids.includes(uid)) open.uids.push(uid);
    open.text = text;
    this.#changed.add(open);
  };

  /**
   * `isEnd`: all that changed, however lately it was told. What ended within the time after which it is told again is told by the clock
   * (`nowTs`), with its last numbers, and nothing waits for good.
   */
  take(isEnd: boolean, nowTs = -Infinity): readonly NoticeRecord[] {
    const taken: NoticeRecord[] = [];
    const isAll = isEnd || this.#changed.size > this.#limits.alerts;
    for (const open of this.#changed) {
      const text = open.text();
      const { told } = open;
      const isWorse = told === null || (text.severity !== told.severity && isAtLeast(text.severity, told.severity));
      const atTs = Math.max(open.last, nowTs);
      if (!isAll && !isWorse && atTs - told.atTs < this.#limits.againSeconds) continue;
      open.told = { atTs, n: open.n, severity: text.severity };
      this.#changed.delete(open);
      taken.push(this.#record(open, text));
    }
    return taken;
  }

  #record({ key, first, last, n, uids }: Open, text: AlertText): NoticeRecord {
    const known = [text.src, text.dst].flatMap((address) => {
      const about = address === undefined ? null : this.#about(address);
      return about === null ? [] : [`${address}: ${about}`];
    });
    const record: NoticeRecord = { log: 'notice', ts: first, ...text, n, first, last, key, uids: [...uids] };
    return known.length > 0 ? { ...record, sub: known.join('; ') } : record;
  }
}
