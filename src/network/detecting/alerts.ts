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
  /** Each between spaces, and how many: as texts of their own they would take three times as much. */
  uids: string;
  flows: number;
  text: () => AlertText;
  /** Since it was last looked at whether it is worth telling: its text takes time, and what was not raised is no worse. */
  isRaised: boolean;
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
      ? {
          key: `${key}@${Math.floor(ts)}`,
          first: ts,
          last: ts,
          n: 0,
          uids: ' ',
          flows: 0,
          text,
          isRaised: true,
          told: null,
        }
      : known;
    if (isNew) this.#open.set(key, open);
    open.n += 1;
    if (ts > open.last) open.last = ts;
    if (uid !== null && open.flows < MOST_UIDS && !open.uids.includes(` ${uid} `)) {
      open.uids += `${uid} `;
      open.flows += 1;
    }
    open.text = text;
    open.isRaised = true;
    this.#changed.add(open);
  };

  /**
   * `isEnd`: all that changed, however lately it was told. What ended within the time after which it is told again is told by the clock
   * (`nowTs`), with its last numbers, and nothing waits for good.
   */
  take(isEnd: boolean, nowTs = -Infinity): readonly NoticeRecord[] {
    const taken: NoticeRecord[] = [];
    // Those that changed first are looked at first.
    let tooMany = this.#changed.size - this.#limits.alerts;
    for (const open of this.#changed) {
      const { told, isRaised } = open;
      const atTs = Math.max(open.last, nowTs);
      const isDue = isEnd || tooMany > 0 || told === null || atTs - told.atTs >= this.#limits.againSeconds;
      if (!isDue && !isRaised) continue;
      open.isRaised = false;
      const text = open.text();
      if (!isDue && !isWorse(text, told)) continue;
      open.told = { atTs, n: open.n, severity: text.severity };
      this.#changed.delete(open);
      tooMany -= 1;
      taken.push(this.#record(open, text));
    }
    return taken;
  }

  #record({ key, first, last, n, uids }: Open, text: AlertText): NoticeRecord {
    const known = [text.src, text.dst].flatMap((address) => {
      const about = address === undefined ? null : this.#about(address);
      return about === null ? [] : [`${address}: ${about}`];
    });
    const record: NoticeRecord = {
      log: 'notice',
      ts: first,
      ...text,
      n,
      first,
      last,
      key,
      uids: uids.split(' ').filter(Boolean),
    };
    return known.length > 0 ? { ...record, sub: known.join('; ') } : record;
  }
}

function isWorse({ severity }: AlertText, { severity: before }: NonNullable<Open['told']>): boolean {
  return severity !== before && isAtLeast(severity, before);
}
