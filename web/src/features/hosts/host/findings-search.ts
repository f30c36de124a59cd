/** What the findings of one host are narrowed to, as it stands in the address of the page. */
import { filterFrom, type FindingsFilter } from '../../findings/filter.ts';

type HostFindingsFilter = Pick<FindingsFilter, 'state' | 'severity' | 'check' | 'text'>;

export interface HostFindingsSearch extends HostFindingsFilter {
  /** The one that is looked at. */
  readonly finding?: string;
}

/** Reads an address that anybody may have typed: what is no filter is left out. */
export function hostFindingsFilterFrom(search: Readonly<Record<string, unknown>>): HostFindingsFilter {
  const { state, severity, check, text } = filterFrom(search);
  return {
    ...(state === undefined ? {} : { state }),
    ...(severity === undefined ? {} : { severity }),
    ...(check === undefined ? {} : { check }),
    ...(text === undefined ? {} : { text }),
  };
}

export function hostFindingsSearchFrom(search: Readonly<Record<string, unknown>>): HostFindingsSearch {
  const { finding } = search;
  return { ...hostFindingsFilterFrom(search), ...(typeof finding === 'string' ? { finding } : {}) };
}

/** As the server is asked: its resources are the host and whatever lies on it. */
export function ofHost(hostId: string, narrowed: HostFindingsFilter): FindingsFilter {
  return { ...narrowed, source: 'host', resource: `host/${hostId}*` };
}
