import type { ConnRecord } from '../records/conn-record.ts';
import type { LoggedFlow } from '../records/logged-flow.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { Alerts } from './alerts.ts';
import type { Detector, DetectorDeps, Surroundings } from './detector.ts';
import type { KnownState } from './known/known-state.ts';
import { arpSpoofing } from './inventory/arp-spoofing.ts';
import { certificate } from './inventory/certificate.ts';
import { firstSeen } from './inventory/first-seen.ts';
import { oddPort } from './inventory/odd-port.ts';
import { listed } from './lists/listed.ts';
import { cleartext } from './logins/cleartext.ts';
import { guessing } from './logins/guessing.ts';
import { manySidedGuessing } from './logins/many-sided-guessing.ts';
import { hostSweep } from './scans/host-sweep.ts';
import { portScan } from './scans/port-scan.ts';
import { randomWalk } from './scans/random-walk.ts';
import { slowScan } from './scans/slow-scan.ts';
import { synFlood } from './scans/syn-flood.ts';
import { beacon } from './traffic/beacon.ts';
import { dnsTunnel } from './traffic/dns-tunnel.ts';
import { longConnection } from './traffic/long-connection.ts';
import { upload } from './traffic/upload.ts';
import type { DetectingSettings } from './settings.ts';

const DETECTORS: readonly ((deps: DetectorDeps) => Detector)[] = [
  ...[portScan, hostSweep, randomWalk, slowScan, synFlood],
  ...[guessing, manySidedGuessing, cleartext],
  ...[dnsTunnel, beacon, longConnection, upload],
  ...[firstSeen, oddPort, certificate, arpSpoofing, listed],
];

const NOTHING_KNOWN: Surroundings = { gateways: [], lists: [], about: () => null };

/** Alerts that are open at once; the one that was quiet for longest goes. */
const MOST_ALERTS = 10_000;

/** What is wrong about flows, out of all that is told of them. It throws at nothing and grows without bound by nothing. */
export class Detections {
  readonly #alerts: Alerts;
  readonly #conn: Detector[];
  readonly #logged: Detector[];
  readonly #protocol: Detector[];
  readonly #arp: Detector[];

  constructor(settings: DetectingSettings, known: KnownState, surroundings = NOTHING_KNOWN) {
    this.#alerts = new Alerts(
      {
        alerts: MOST_ALERTS,
        quietSeconds: settings.networkAlertQuietMs / 1000,
        againSeconds: settings.networkAlertAgainMs / 1000,
      },
      surroundings.about,
    );
    const deps = { ...surroundings, settings, known, raise: this.#alerts.raise };
    const detectors = DETECTORS.map((make) => make(deps));
    this.#conn = detectors.filter((each) => each.conn);
    this.#logged = detectors.filter((each) => each.logged);
    this.#protocol = detectors.filter((each) => each.protocol);
    this.#arp = detectors.filter((each) => each.arp);
  }

  conn(record: ConnRecord): void {
    for (const each of this.#conn) each.conn!(record);
  }

  /** A line of a flow log, for those that can say something of one. */
  logged(record: LoggedFlow): void {
    for (const each of this.#logged) each.logged!(record);
  }

  protocol(record: ProtocolRecord): void {
    for (const each of this.#protocol) each.protocol!(record);
  }

  /** A host said by ARP that it has an address. */
  arp(ip: string, mac: string, timeUs: number): void {
    for (const each of this.#arp) each.arp!(ip, mac, timeUs / 1e6);
  }

  /**
   * Alerts that are new or went on since the last call. `isEnd`: those too that were told a moment ago, with their last numbers. `nowTs`:
   * how far the time went on, in seconds since 1970, where nothing was raised either.
   */
  take(isEnd = false, nowTs = -Infinity): readonly NoticeRecord[] {
    return this.#alerts.take(isEnd, nowTs);
  }
}
