import { newId } from '../../base/ids.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { DnsRecord, LoginRecord, ProtocolRecord } from '../records/log-records.ts';
import type { LoggedFlow } from '../records/logged-flow.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { loggedFlowOf } from '../vpc/logged-flow-of.ts';
import { addressWords } from './address-words.ts';
import type { FlowBatch } from './flow-batch.ts';

/** Flows, logs and notices by chance, for tests: the same seed gives the same. */
export function randomFlows(seed: number) {
  let state = seed >>> 0;
  /** 0 to `most` - 1. */
  const below = (most: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const one = <Each>(of: readonly Each[]): Each => of[below(of.length)]!;
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const addresses = [
    ...Array.from({ length: 12 }, (_, index) => `10.0.0.${index + 1}`),
    ...['192.0.2.7', '198.51.100.9', '2001:db8::1', '2001:db8:0:1::ff', 'fe80::1'],
  ];
  const uid = (): string => `C${Array.from({ length: 18 }, (_, at) => digits[below(at % 6 === 5 ? 4 : 62)]!).join('')}`;
  const ends = () => {
    const origin = one(addresses);
    const isVersion6 = addressWords(origin)?.isVersion6;
    const peers = addresses.filter((each) => addressWords(each)?.isVersion6 === isVersion6);
    return {
      'id.orig_h': origin,
      'id.orig_p': 1024 + below(200),
      'id.resp_h': one(peers),
      'id.resp_p': one([22, 53, 80, 443, 3306, 31_337]),
    };
  };
  /** Between `from` and `to`, with microseconds. */
  const time = (from: number, to: number): number => Math.round((from + (below(1e6) / 1e6) * (to - from)) * 1e6) / 1e6;

  function conn(from: number, to: number): ConnRecord & { readonly service?: string } {
    const [proto, number] = one([['tcp', 6] as const, ['udp', 17] as const, ['icmp', 1] as const]);
    const service = one([undefined, 'dns', 'http', 'ssl', 'ssl,http', 'mysql']);
    const process = one([undefined, undefined, 'sshd', 'Mysqld']);
    return {
      ts: time(from, to),
      uid: one([uid(), uid(), uid(), `CHhAvVGS1DHFj${below(1e9)}`]),
      ...ends(),
      proto,
      ...(service === undefined ? {} : { service }),
      duration: below(1e7) / 1e6,
      orig_bytes: one([0, 12, 70_000, 5e9]),
      resp_bytes: one([0, 300, 1e6]),
      conn_state: one(['S0', 'SF', 'REJ', 'S1', 'OTH', 'RSTO'] as const),
      local_orig: below(2) === 0,
      local_resp: below(2) === 0,
      missed_bytes: one([0, 0, 5]),
      ...(below(3) === 0 ? {} : { history: one(['ShADadFf', 'S', '^hA', 'ShADadttTwFfR', 'Dd']) }),
      orig_pkts: below(100),
      orig_ip_bytes: below(1e6),
      resp_pkts: below(300),
      resp_ip_bytes: below(1e7),
      ...(below(20) === 0 ? { tunnel_parents: [uid()] } : {}),
      ip_proto: number,
      community_id: `1:${'x'.repeat(27)}=`,
      orig_retransmits: below(3),
      resp_retransmits: 0,
      partial: false,
      ...(process === undefined ? {} : { process, user: 'root', pid: below(2 ** 22) }),
    };
  }

  let lines = 0;

  /** Out of a flow log. */
  function logged(from: number, to: number): LoggedFlow {
    const { 'id.orig_h': source, 'id.resp_h': target, 'id.resp_p': port } = ends();
    const protocol = one([1, 6, 6, 17, 47, 58]);
    const start = Math.floor(time(from, to));
    lines += 1;
    const flow = loggedFlowOf(
      {
        ...{ source, target, protocol, sourcePort: protocol === 6 ? 1024 + below(200) : 0, targetPort: port },
        ...{ packets: below(100), bytes: below(1e6), start, end: start + below(600) },
        action: one([null, 'ACCEPT', 'REJECT'] as const),
        interfaceId: one([null, 'eni-1', 'eni-2b']),
        tcpFlags: one([null, 0, 2, 19]),
      },
      [seed, seed + 1, seed + 2],
      lines,
    );
    if (flow === null) throw new TypeError('A line that says all is none');
    return flow;
  }

  function log(of: ConnRecord): ProtocolRecord {
    const base = {
      ...{ ts: of.ts, uid: of.uid, proto: of.proto },
      ...{ 'id.orig_h': of['id.orig_h'], 'id.orig_p': of['id.orig_p'] },
      ...{ 'id.resp_h': of['id.resp_h'], 'id.resp_p': of['id.resp_p'] },
    };
    if (below(2) === 0) {
      const dns: DnsRecord = {
        ...base,
        ...{ log: 'dns', trans_id: below(65_536), query: `host${below(50)}.Example.org` },
        ...{ AA: false, TC: false, RD: true, RA: true, Z: 0, rejected: false, answers: ['192.0.2.1'] },
      };
      return dns;
    }
    const login: LoginRecord = {
      ...base,
      ...{ log: one(['ftp', 'imap'] as const), user: one(['ada', 'bob']), success: below(2) === 0, tls: false },
    };
    return login;
  }

  function notice(from: number, to: number): NoticeRecord {
    const first = time(from, to);
    const [src, dst] = [one(addresses), one(addresses)];
    return {
      ...{ log: 'notice', ts: first, note: one(['Scan::Port_Scan', 'SSH::Password_Guessing']), msg: `of ${src}` },
      ...{
        src,
        dst,
        n: 1 + below(9),
        first,
        last: time(first, to),
        severity: one(['critical', 'high', 'low'] as const),
      },
      key: `${src} ${below(4)}`,
      arithmetic: { count: 30, threshold: 15, windowSeconds: 300, explained: ['30 ports'] },
      uids: [uid()],
    };
  }

  function batch(
    from: number,
    to: number,
    flows: number,
    sensor: string,
  ): FlowBatch & { readonly conn: readonly ConnRecord[] } {
    const all = Array.from({ length: flows }, () => conn(from, to));
    return {
      ...{ id: newId(), sensor, conn: all },
      logs: all.filter(() => below(3) === 0).map(log),
      notices: Array.from({ length: below(4) }, () => notice(from, to)),
      coverage: { from, to, packets: flows * 3, dropped: below(2), leftOut: { cut: below(3) } },
    };
  }

  return { below, one, addresses, conn, logged, log, notice, batch };
}
