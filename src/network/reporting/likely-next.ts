import { severities } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { contactOf } from '../detecting/scans/contact.ts';
import type { FlowStore, RangeQuery } from '../store/flow-store.ts';

/** Something that a source found open and has not tried yet. */
export interface LikelyNext {
  readonly source: string;
  readonly address: string;
  readonly port: number;
  readonly proto: string;
  /** What it would try there, and why that is thought. */
  readonly what: string;
  readonly why: string;
}

/** What programs try that find such a port open. */
const TRIED_AT: ReadonlyMap<number, string> = new Map([
  [21, 'guessing passwords of FTP, and logging in as anonymous'],
  [22, 'guessing passwords over SSH'],
  [23, 'guessing passwords over telnet'],
  [25, 'sending mail through it, and guessing passwords'],
  [80, 'asking for pages of programs with known holes'],
  [110, 'guessing passwords of mailboxes'],
  [143, 'guessing passwords of mailboxes'],
  [443, 'asking for pages of programs with known holes'],
  [445, 'guessing passwords of shared folders'],
  [1433, 'guessing passwords of the database'],
  [2375, 'starting a container by Docker, which asks for no password there'],
  [3306, 'guessing passwords of the database'],
  [3389, 'guessing passwords of the desktop'],
  [5432, 'guessing passwords of the database'],
  [5900, 'guessing passwords of the desktop'],
  [6379, 'writing files by Redis, which often asks for no password'],
  [8080, 'asking for pages of programs with known holes'],
  [9200, 'reading the index, which often asks for no password'],
  [11_211, 'reading the cache, which asks for no password'],
  [27_017, 'reading the database, which often asks for no password'],
]);

const MOST_SOURCES = 10;
const MOST_FLOWS = 1000;
const MOST_OF_A_SOURCE = 20;

/** Of the sources that scanned in the range, the worst first: what was open to them, and had no more than a look. */
export async function likelyNext(
  store: Pick<FlowStore, 'flows' | 'source'>,
  range: RangeQuery,
  notices: readonly NoticeRecord[],
): Promise<readonly LikelyNext[]> {
  const scans = notices.filter(({ note, src }) => note.startsWith('Scan::') && src !== undefined);
  const worstFirst = scans.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
  const sources = [...new Set(worstFirst.map(({ src }) => src!))].slice(0, MOST_SOURCES);
  const found: LikelyNext[] = [];
  for (const source of sources) {
    const { flows } = await store.flows({ ...range, address: source, limit: MOST_FLOWS });
    const { logins } = await store.source(source, range);
    const tried = new Set(logins.map(({ address, port }) => `${address} ${port}`));
    const places = Map.groupBy(
      flows.filter((flow) => flow['id.orig_h'] === source && ['tcp', 'udp'].includes(flow.proto)),
      (flow) => `${flow['id.resp_h']} ${flow['id.resp_p']}`,
    );
    const open = [...places].flatMap(([place, own]): LikelyNext[] => {
      const answered = own.filter((flow) => ['made', 'half'].includes(contactOf(flow)));
      const [first] = answered;
      if (!first || tried.has(place) || answered.some((flow) => (flow.orig_bytes ?? 0) > 0)) return [];
      const { 'id.resp_h': address, 'id.resp_p': port, proto } = first;
      return [
        {
          ...{ source, address, port, proto },
          what: TRIED_AT.get(port) ?? 'finding out what answers there',
          why: `it scanned, ${address} answered on ${proto} port ${port} ${answered.length === 1 ? 'once' : `${answered.length} times`}, and nothing was sent there yet`,
        },
      ];
    });
    // What is known to be tried comes first.
    const known = ({ port }: LikelyNext): number => (TRIED_AT.has(port) ? 0 : 1);
    found.push(
      ...open.toSorted((one, other) => known(one) - known(other) || one.port - other.port).slice(0, MOST_OF_A_SOURCE),
    );
  }
  return found;
}
