/** Where a verb finds the findings: at the server of the saved session, else in this computer's state folder. */
import { resolve } from 'node:path';
import type { ApiClient, CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { hasCode } from '../../base/errors.ts';
import type { FindingsPlace } from '../place.ts';
import { filterOf, type FilterText } from '../query.ts';
import type * as wire from '../wire.ts';

export interface LocalFindings extends FindingsPlace, AsyncDisposable {}

/** Opens the findings of a state folder; makes it when it is missing. */
export type OpenLocalFindings = (stateFolder: string) => Promise<LocalFindings>;

export const placeOptions: readonly CommandOption[] = [
  { name: 'state', value: 'DIR', about: 'Use the findings in this state folder, not those of the server' },
  { name: 'local', about: 'Use the findings in the state folder of this computer' },
];

/** Filters by what a finding is. */
export const narrowOptions: readonly CommandOption[] = [
  { name: 'severity', value: 'SEV', about: 'critical, high, medium, low, info; with commas' },
  { name: 'verdict', value: 'V', about: 'fail, unknown, pass, not_applicable; with commas' },
  { name: 'check', value: 'PATTERN', about: 'Name of the check; * stands for anything' },
  { name: 'resource', value: 'PATTERN', about: 'Name or uid of the resource; * stands for anything' },
  { name: 'source', value: 'GUARD', about: 'What one guard found: buckets, host, network' },
  { name: 'text', value: 'WORDS', about: 'Words in title, check or resource' },
];

/** Filters by that, and by what became of it. */
export const filterOptions: readonly CommandOption[] = [
  { name: 'in', value: 'STATE', about: 'open (default), accepted, suppressed, fixed, clear; with commas, or all' },
  ...narrowOptions,
];

/** What was chosen by {@link narrowOptions}. Throws `usage_invalid` for a word that means nothing. */
export function narrowFrom(input: CommandInput): FilterText {
  return checked({
    severity: input.text('severity'),
    verdict: input.text('verdict'),
    check: input.text('check'),
    resource: input.text('resource'),
    source: input.text('source'),
    text: input.text('text'),
  });
}

/** What was chosen by {@link filterOptions}. Throws `usage_invalid` for a word that means nothing. */
export function filterFrom(input: CommandInput): FilterText {
  return checked({ state: input.text('in'), ...narrowFrom(input) });
}

/** Known before anybody is asked: a mistake in the command is wrong usage, with either place. */
function checked(filter: FilterText): FilterText {
  try {
    filterOf(filter);
    return filter;
  } catch (error) {
    if (!hasCode(error, 'finding_filter_invalid')) throw error;
    const { detail = '', remedy } = error;
    throw commandErrors('usage_invalid', { detail, remedy, cause: error });
  }
}

/** Opens the place, lets `act` work there, and closes it. */
export async function inPlace<Result>(
  context: CommandContext,
  input: CommandInput,
  openLocal: OpenLocalFindings,
  act: (place: FindingsPlace) => Promise<Result>,
): Promise<Result> {
  const folder = input.text('state');
  const isLocal = folder !== undefined || input.flag('local') || (await context.chosenServer()) === undefined;
  if (!isLocal) return await act(serverPlace(await context.signedIn(), context.signal));
  const chosen = folder === undefined ? context.stateFolder : resolve(context.workingFolder, folder);
  await using place = await openLocal(chosen);
  return await act(place);
}

function serverPlace(api: ApiClient, signal: AbortSignal): FindingsPlace {
  const one = (findingId: string): string => `/findings/${encodeURIComponent(findingId)}`;
  return {
    list: (query) => api.get<wire.FindingsReply>(`/findings${queryText(query)}`),
    totals: () => api.get<wire.TotalsReply>('/findings/totals'),
    show: (findingId) => api.get<wire.FindingReply>(one(findingId)),
    accept: (findingId, body) => api.post<wire.FindingView>(`${one(findingId)}/accept`, body),
    reopen: (findingId, body) => api.post<wire.FindingView>(`${one(findingId)}/reopen`, body),
    acceptEach: (body) => api.post<wire.DecidedReply>('/findings/accept', body, { slow: true }),
    reopenEach: (body) => api.post<wire.DecidedReply>('/findings/reopen', body, { slow: true }),
    baseline: (body) => api.post<wire.BaselineReply>('/findings/baseline', body, { slow: true }),
    rules: () => api.get<wire.RulesReply>('/findings/rules'),
    addRule: (body) => api.post<wire.RuleAdded>('/findings/rules', body, { slow: true }),
    removeRule: (ruleId) =>
      api.delete<wire.RuleRemoved>(`/findings/rules/${encodeURIComponent(ruleId)}`, { slow: true }),
    runs: (paging) => api.get<wire.RunsReply>(`/findings/runs${queryText(paging)}`),
    compare: (from, to) => api.get<wire.CompareReply>(`/findings/diff${queryText({ from, to })}`),
    async *export(filter, format) {
      const { body } = await api.download(`/findings/export${queryText({ ...filter, format })}`, { signal });
      yield* body;
    },
  };
}

function queryText(values: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, string | number | undefined][]) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size > 0 ? `?${query.toString()}` : '';
}
