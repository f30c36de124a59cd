/** What people ask of the flow table and of the pages beside it, over the whole of what was filled in. */
import type { FlowQuery, FlowStore } from '../../src/network/store/flow-store.ts';

export interface Question {
  readonly what: string;
  /** Whether somebody waits for it who was promised not to wait for long. */
  readonly isBounded: boolean;
  /** Whether pages far behind the first are asked for as well. */
  readonly isDeep: boolean;
  readonly ask: (
    store: FlowStore,
    cursor?: string,
  ) => Promise<{ readonly found: number; readonly next: string | null }>;
}

/** Rows of the table in the browser. */
const PAGE = 100;

export function questions(from: number, to: number): readonly Question[] {
  const all = { from, to };
  const noon = from + 43_200;
  const flows = (what: string, query: Partial<FlowQuery>, more: Partial<Question> = {}): Question => ({
    ...{ what: `flows: ${what}`, isBounded: true, isDeep: false, ...more },
    async ask(store, cursor) {
      const page = await store.flows({ ...all, limit: PAGE, ...query, cursor });
      return { found: page.flows.length, next: page.next };
    },
  });
  const figures = (what: string, ask: (store: FlowStore) => Promise<readonly unknown[]>): Question => ({
    ...{ what, isBounded: true, isDeep: false },
    ask: async (store) => ({ found: (await ask(store)).length, next: null }),
  });
  return [
    flows('no filter', {}, { isDeep: true }),
    flows('an hour at noon', { from: noon, to: noon + 3600 }),
    flows('a busy address', { address: '10.0.0.2' }, { isDeep: true }),
    flows('an address that was seen a few times', { address: '198.21.13.40' }),
    flows('an address that was never seen', { address: '203.0.113.99' }),
    flows('two addresses', { address: '10.0.0.3', peer: '198.18.0.90' }),
    flows('a usual port', { port: 22 }, { isDeep: true }),
    flows('a port that a client had', { port: 40_007 }),
    flows('a port that nobody had', { port: 31_337 }),
    flows('UDP', { proto: 'udp' }, { isDeep: true }),
    flows('ICMP, of which there is none', { proto: 'icmp' }),
    flows('refused', { state: 'REJ' }, { isDeep: true }),
    flows('a state that none has', { state: 'RSTRH' }),
    flows('a service', { service: 'mysql' }),
    flows('text in a service', { text: 'MYSQ' }, { isDeep: true }),
    flows('text that is nowhere', { text: 'nobody-said-this' }),
    flows('a Community ID that none has', { text: '1:AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, { isBounded: false }),
    flows('a uid that none has', { text: 'C000000000000000000' }),
    flows('address, port, state and text', { address: '10.0.0.9', port: 22, state: 'SF', text: 'ssh' }),
    flows('address and port that never met', { address: '10.0.0.9', port: 31_337 }),
    ...(['address', 'port', 'service'] as const).flatMap((by) => [
      figures(`top talkers by ${by}, a day`, (store) => store.talkers({ ...all, by, limit: 20 })),
      figures(`top talkers by ${by}, part of it`, (store) =>
        store.talkers({ from: noon - 9876, to: noon + 12_345, by, limit: 20 }),
      ),
    ]),
    figures('timeline, a day', (store) => store.timeline({ ...all, points: 120 })),
    figures('timeline, five hours', (store) => store.timeline({ from: noon - 7777, to: noon + 10_223, points: 500 })),
  ];
}
