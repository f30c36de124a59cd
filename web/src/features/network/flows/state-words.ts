/** Zeek's conn_state and history, letter by letter, and what flow logs say in their place, as people read them. */
import type { StoredFlow } from '../api.ts';

export type ConnState = NonNullable<StoredFlow['conn_state']>;

/** How often one looks for it. */
export const connStates = [
  'SF',
  'S0',
  'REJ',
  'S1',
  'RSTO',
  'RSTR',
  'S2',
  'S3',
  'RSTOS0',
  'RSTRH',
  'SH',
  'SHR',
  'OTH',
] as const satisfies readonly ConnState[];

/** `short` for lists; `about`: one sentence. */
export const stateWords: Readonly<Record<ConnState, { readonly short: string; readonly about: string }>> = {
  SF: { short: 'Ended in order', about: 'Begun and ended as it should be; for UDP: asked and answered.' },
  S0: { short: 'No answer', about: 'Somebody asked, and nobody answered.' },
  REJ: { short: 'Refused', about: 'Somebody asked, and the other end refused.' },
  S1: { short: 'Open', about: 'Begun, and no end of it was seen.' },
  RSTO: { short: 'Broken off by the caller', about: 'Begun; whoever began it broke it off.' },
  RSTR: { short: 'Broken off by the other', about: 'Begun; the end that was called broke it off.' },
  S2: { short: 'Half closed by the caller', about: 'Begun; whoever began it closed, the other end did not.' },
  S3: { short: 'Half closed by the other', about: 'Begun; the end that was called closed, the caller did not.' },
  RSTOS0: { short: 'Given up', about: 'Asked and then broken off by whoever asked; no answer was seen.' },
  RSTRH: { short: 'Answer, then break', about: 'An answer and its breaking off; nobody was seen to ask.' },
  SH: { short: 'Asked and closed', about: 'Asked and closed by whoever asked; no answer was seen.' },
  SHR: { short: 'Answer and close', about: 'An answer and its close; nobody was seen to ask.' },
  OTH: {
    short: 'Middle only',
    about: 'Neither a beginning nor an end was seen. All that is neither TCP nor UDP stands here too.',
  },
};

/** Agents send what they like: a state that Zeek does not have is shown by its letters. */
export function wordsOfState(state: string): { readonly short: string; readonly about: string } {
  const known = connStates.find((each) => each === state);
  return known ? stateWords[known] : { short: 'Not known', about: 'A state that this page does not know.' };
}

/** Out of a flow log of a VPC, which knows of its rules and of no end. */
const actionWords = {
  ACCEPT: {
    short: 'Let through',
    about: 'The rules of the VPC let its packets through. Its flow log does not say whether anybody answered.',
  },
  REJECT: {
    short: 'Rejected',
    about: 'The rules of the VPC, its security groups or network ACLs, let none of its packets through.',
  },
} as const;
const NO_ACTION = { short: 'Not known', about: 'The flow log does not say what became of its packets.' };

/** `code`: as the record has it. */
export function wordsOfEnd(flow: StoredFlow): {
  readonly code: string;
  readonly short: string;
  readonly about: string;
} {
  if (flow.conn_state !== undefined) return { code: flow.conn_state, ...wordsOfState(flow.conn_state) };
  const { action } = flow;
  return action === undefined ? { code: '-', ...NO_ACTION } : { code: action, ...actionWords[action] };
}

const letters: Readonly<Record<string, string>> = {
  s: 'asked for a connection (SYN)',
  h: 'answered that it may begin (SYN with acknowledgement)',
  a: 'acknowledged, with nothing else',
  d: 'sent data',
  f: 'closed (FIN)',
  r: 'broke off (RST)',
  g: 'has a gap: data that is not in the capture',
  t: 'sent again what was lost',
  w: 'had no room for more (window of zero)',
  i: 'closed and broke off in one (FIN with RST)',
  q: 'sent what no program sends (SYN with FIN or RST)',
  c: 'sent a wrong checksum',
};

export interface HistoryStep {
  readonly letter: string;
  readonly words: string;
}

/** In the order they came first. A letter that comes again stands for the 10th, 100th, … time. */
export function historySteps(history: string): readonly HistoryStep[] {
  const times = new Map<string, number>();
  return Array.from(history.slice(0, 64), (letter) => {
    if (letter === '^') {
      return { letter, words: 'The first packet that was seen was an answer, so the ends were turned around.' };
    }
    const lower = letter.toLowerCase();
    const what = Object.hasOwn(letters, lower) ? letters[lower] : undefined;
    if (what === undefined) return { letter, words: 'A letter that this page does not know.' };
    const before = times.get(letter) ?? 0;
    times.set(letter, before + 1);
    const who = letter === letter.toUpperCase() ? 'The caller' : 'The other end';
    const again = before === 0 ? '' : `, for the ${(10 ** before).toLocaleString()}th time`;
    return { letter, words: `${who} ${what}${again}.` };
  });
}

export const protoWords: Readonly<Record<StoredFlow['proto'], string>> = {
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  unknown_transport: 'Other',
};
