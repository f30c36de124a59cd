import type { Reference } from '../../findings/index.ts';

/** What a note means for people: why it matters, and what to do now. */
export interface KindOfNotice {
  readonly title: string;
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly Reference[];
}

const attack = (...ids: readonly string[]): readonly Reference[] =>
  ids.map((id) => ({ standard: 'ATT&CK', id, url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` }));

/** Notes that are about a place of ours, and not about who did it. */
const KINDS: Readonly<Record<string, KindOfNotice>> = {
  'Flood::SYN_Flood': {
    title: 'A service is flooded with connections that nobody finishes',
    rationale:
      'The queue of the listener fills, and whoever means it finds no place in it. The sources are invented as a rule.',
    remedy:
      'Check that SYN cookies are on (sysctl net.ipv4.tcp_syncookies), and have it filtered before it reaches this host.',
    references: attack('T1499.001'),
  },
  'Login::Distributed_Guessing': {
    title: 'Many sources try passwords at one service',
    rationale: 'Each tries so few that no limit for a source holds it back.',
    remedy:
      'Close the port to whoever does not need it, allow keys or certificates alone, and limit logins for each account.',
    references: attack('T1110.003'),
  },
  'Login::Cleartext': {
    title: 'Passwords cross the wire readable',
    rationale: 'Whoever carries the packets, or sits in between, reads them and can log in.',
    remedy: 'Switch TLS on and the readable port off, then change the passwords of the accounts that are named.',
    references: attack('T1040'),
  },
  'DNS::Tunnel': {
    title: 'Data seems to leave inside of questions for names',
    rationale: 'DNS is let out nearly everywhere, and hardly looked at.',
    remedy:
      'Find the program on the host that asks (network flows, the process of the flow), and block the domain at the resolver.',
    references: attack('T1071.004', 'T1048'),
  },
  'Intel::Listed_Destination': {
    title: 'A host spoke with an address on a list',
    rationale: 'Who is on such a list gives orders to what was planted on hosts, or takes what it finds there.',
    remedy:
      'Find the program behind the flow (network flows, the process of the flow), block the address, and look at the host (host scan there).',
    references: attack('T1071'),
  },
  'Traffic::Beacon': {
    title: 'A host reports to somebody outside at intervals',
    rationale: 'Programs that wait for orders do so; so do some that look for updates.',
    remedy:
      'Find the program behind the flow. Where it is one that you know, accept the finding with a reason; else cut the host off.',
    references: attack('T1071', 'T1029'),
  },
  'Traffic::Long_Connection': {
    title: 'A connection over the border of the private network lasts for hours',
    rationale:
      'Remote desktops, tunnels and a shell that somebody left open look like this, and so do chats and video.',
    remedy:
      'Find the program that holds it (network flows, the process of the flow). Where it is one that you know, accept the finding with a reason; else end it.',
    references: attack('T1572', 'T1219'),
  },
  'Traffic::Upload': {
    title: 'A host sent out far more than ever before',
    rationale: 'A backup to a new place looks like this, and so does data that is stolen.',
    remedy:
      'Ask whoever runs the host what went there. Where nobody knows, block the receiver and look at what could be read from the host.',
    references: attack('T1048', 'T1567'),
  },
  'Inventory::New_Service': {
    title: 'Something answers where nothing did before',
    rationale: 'A service that nobody planned is looked after by nobody.',
    remedy: 'Find out who opened it (host facts on that host). Close it, or accept the finding with a reason.',
    references: attack('T1543'),
  },
  'Protocol::Odd_Port': {
    title: 'A protocol is on a port where nobody expects it',
    rationale: 'It goes past filters that trust the number of the port.',
    remedy: 'Move it to its own port, or accept the finding with a reason; where nobody knows of it, look at the host.',
    references: attack('T1571'),
  },
  'SSL::Certificate_Expired': {
    title: 'A certificate is over',
    rationale: 'People learn to click warnings away, and programs to look at no certificate at all.',
    remedy: 'Renew it, and have it renewed by a program.',
    references: [],
  },
  'SSL::Certificate_Expires_Soon': {
    title: 'A certificate is soon over',
    rationale: 'From that day on programs refuse the connection.',
    remedy: 'Renew it, and have it renewed by a program.',
    references: [],
  },
  'SSL::Certificate_Not_Valid_Yet': {
    title: 'A certificate is not valid yet',
    rationale: 'The clock of one of the two is wrong, or the certificate was made for later.',
    remedy: 'Check the clocks, then the certificate.',
    references: [],
  },
  'SSL::Certificate_Self_Signed': {
    title: 'A certificate is vouched for by itself alone',
    rationale: 'Whoever stands in between can show one that looks the same.',
    remedy: 'Have it signed by an authority that the clients know, or pin it in them and accept the finding.',
    references: attack('T1557'),
  },
  'ARP::Spoofing': {
    title: 'Somebody says that another’s address is his',
    rationale: 'What is meant for that host goes through his hands.',
    remedy:
      'Look up the new network card in the switch, and fix the gateway’s address by hand (ip neigh replace … nud permanent) until it is clear.',
    references: attack('T1557.002'),
  },
};

const OTHERS: KindOfNotice = {
  title: 'Something is wrong about flows',
  rationale: 'The numbers that make it an alert stand beside it.',
  remedy: 'Look at the flows that it names.',
  references: [],
};

export function kindOf(note: string): KindOfNotice {
  return KINDS[note] ?? OTHERS;
}
