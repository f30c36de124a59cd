import type { ConnRecord } from '../../records/conn-record.ts';
import { isLogged, isRefusedQuestion, type KeptFlow } from '../../records/logged-flow.ts';

/**
 * What became of the first packet of somebody who asked. `failed`: nobody answered, or said no. `made`: there was an answer.
 * `half`: TCP answered, and whoever asked never went on. `other`: nobody was seen to ask, as with answers to packets that
 * somebody sent in our name (backscatter), so that it says nothing about the one who seems to have sent it. A flow log says no more than
 * what was refused.
 */
export type Contact = 'failed' | 'made' | 'half' | 'other';

export function contactOf(record: KeptFlow): Contact {
  if (isLogged(record)) {
    const isToOne = record.proto === 'tcp' || (!isToMany(record['id.resp_h']) && !isTraceroute(record));
    return isRefusedQuestion(record) && isToOne ? 'failed' : 'other';
  }
  const history = record.history ?? '';
  if (history.startsWith('^')) return 'other';
  switch (record.proto) {
    case 'tcp':
      return ofTcp(record, history);
    case 'udp':
      if (record.conn_state === 'SF') return 'made';
      return record.conn_state === 'S0' && !isToMany(record['id.resp_h']) && !isTraceroute(record) ? 'failed' : 'other';
    case 'icmp':
      if (!isEcho(record)) return 'other';
      return record.resp_pkts > 0 ? 'made' : isToMany(record['id.resp_h']) ? 'other' : 'failed';
    case 'unknown_transport':
      return 'other';
  }
}

function ofTcp(record: ConnRecord, history: string): Contact {
  switch (record.conn_state) {
    case 'S0':
    case 'REJ':
      return 'failed';
    case 'RSTOS0':
    case 'SH':
      // With payload it is the middle of a connection whose beginning the capture does not have.
      return record.orig_bytes === 0 ? 'failed' : 'other';
    case 'RSTR':
      if (history.includes('h')) return 'made';
      // FIN without a SYN, answered by RST: a closed port, asked on the sly.
      return !history.includes('S') && record.orig_bytes + record.resp_bytes === 0 && record.orig_pkts <= 2
        ? 'failed'
        : 'other';
    case 'OTH':
    case 'RSTRH':
    case 'SHR':
      // A SYN that was answered, and nothing after it.
      return history.startsWith('S') && history.includes('h') && !/[ADF]/.test(history) ? 'half' : 'other';
    case 'S1':
    case 'S2':
    case 'S3':
    case 'SF':
    case 'RSTO':
      if (!history.includes('S') || !history.includes('h')) return 'other';
      return /[AD]/.test(history) ? 'made' : 'half';
  }
}

/** ICMP's echo and ICMPv6's: the type stands in place of the port. */
function isEcho(record: ConnRecord): boolean {
  return record['id.orig_p'] === (record.ip_proto === 58 ? 128 : 8);
}

/** Multicast and broadcast: that nobody answers is usual. */
function isToMany(address: string): boolean {
  if (address.includes(':')) return address.startsWith('ff');
  const first = Number(address.slice(0, address.indexOf('.')));
  return first >= 224 || address.endsWith('.255');
}

/** traceroute asks port after port from 33434 on, where it hopes for nobody. */
function isTraceroute(record: KeptFlow): boolean {
  const port = record['id.resp_p'];
  return port >= 33_434 && port <= 33_534;
}
