/**
 * Findings as people and programs deal with them, in the words of wire.ts. They are kept in one of two places, which
 * look the same from here: at a server, or in this computer's own state folder, where guards work without one.
 */
import { version } from '../base/version.ts';
import type { Clock } from '../base/clock.ts';
import type { Findings } from './findings.ts';
import type { Decider } from './findings-deps.ts';
import type { FindingView } from './wire.ts';
import type * as wire from './wire.ts';
import { filterOf, type FilterText } from './query.ts';
import { render, type Format } from './render/formats.ts';
import { comparisonView, decidedView, findingView, historyView, ruleView, runView, summaryView } from './views.ts';

export interface Paging {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

export interface Until {
  readonly reason: string;
  /** RFC 3339; `null`: for good. */
  readonly until: string | null;
}

export interface FindingsPlace {
  list(query: FilterText & Paging): Promise<wire.FindingsReply>;
  totals(): Promise<wire.TotalsReply>;
  show(findingId: string): Promise<wire.FindingReply>;
  accept(findingId: string, body: Until): Promise<FindingView>;
  reopen(findingId: string, body: { readonly reason: string }): Promise<FindingView>;
  acceptEach(body: Until & { readonly findingIds: readonly string[] }): Promise<wire.DecidedReply>;
  reopenEach(body: { readonly reason: string; readonly findingIds: readonly string[] }): Promise<wire.DecidedReply>;
  baseline(body: FilterText & Until): Promise<wire.BaselineReply>;
  rules(): Promise<wire.RulesReply>;
  addRule(body: wire.RuleBody): Promise<wire.RuleAdded>;
  removeRule(ruleId: string): Promise<wire.RuleRemoved>;
  runs(paging: Paging): Promise<wire.RunsReply>;
  compare(from: string, to: string): Promise<wire.CompareReply>;
  export(filter: FilterText, format: Format): AsyncIterable<string | Uint8Array>;
}

const DEFAULT_LIMIT = 100;

/** The place that `findings` keeps, for `who`. */
export function placeOf(findings: Findings, who: Decider, clock: Clock): FindingsPlace {
  const page = ({ after, limit }: Paging) => ({ after, limit: limit ?? DEFAULT_LIMIT });
  return {
    async list({ after, limit, ...filter }) {
      const { findings: found, ...rest } = await findings.list(filterOf(filter), page({ after, limit }));
      return { findings: found.map(summaryView), ...rest };
    },
    async totals() {
      const { sources, ...counted } = await findings.totals();
      return { ...counted, sources: [...sources] };
    },
    async show(findingId) {
      const { finding, history } = await findings.show(findingId);
      return { finding: findingView(finding), history: history.map(historyView) };
    },
    accept: async (findingId, body) => findingView(await findings.accept(who, findingId, untilOf(body))),
    reopen: async (findingId, { reason }) => findingView(await findings.reopen(who, findingId, reason)),
    acceptEach: async ({ findingIds, ...body }) =>
      decidedView(await findings.acceptEach(who, findingIds, untilOf(body))),
    reopenEach: async ({ findingIds, reason }) => decidedView(await findings.reopenEach(who, findingIds, reason)),
    async baseline({ reason, until, ...filter }) {
      return { accepted: await findings.baseline(who, filterOf(filter), untilOf({ reason, until })) };
    },
    rules: async () => ({ rules: (await findings.rules()).map(ruleView) }),
    async addRule({ until, ...rest }) {
      const { rule, suppressed } = await findings.addRule(who, { ...rest, untilMs: msOf(until) });
      return { rule: ruleView(rule), suppressed };
    },
    removeRule: async (ruleId) => ({ reopened: await findings.removeRule(who, ruleId) }),
    async runs(paging) {
      const { runs, ...rest } = await findings.runs(page(paging));
      return { runs: runs.map(runView), ...rest };
    },
    compare: async (from, to) => comparisonView(await findings.compare(from, to)),
    export: (filter, format) => render(views(findings, filter), format, { atMs: clock(), version }),
  };
}

async function* views(findings: Findings, filter: FilterText): AsyncGenerator<FindingView> {
  for await (const finding of findings.all(filterOf(filter))) yield findingView(finding);
}

function untilOf({ reason, until }: Until) {
  return { reason, untilMs: msOf(until) };
}

function msOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
