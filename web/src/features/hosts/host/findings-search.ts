/** What the findings of one host are narrowed to, as it stands in the address of the page. */
import { filterFrom, type FindingsFilter } from '../../findings/filter.ts';

export interface HostFindingsSearch extends Pick<FindingsFilter, 'state' | 'severity' | 'check' | 'text'> {
  /** The one that is looked at. */
  readonly finding?: string;
}

export function hostFindingsSearchFrom(search: Readonly<Record<string, unknown>>): HostFindingsSearch {
  const { state, severity, check, text } = filterFrom(search);
  const { finding } = search;
  return {
    ...(state === undefined ? {} : { state }),
    ...(severity === undefined ? {} : { severity }),
    ...(check === undefined ? {} : { check }),
    ...(text === undefined ? {} : { text }),
    ...(typeof finding === 'string' ? { finding } : {}),
  };
}

/** As the server is asked: its resources are the host and whatever lies on it. */
export function ofHost(hostId: string, { finding: _, ...narrowed }: HostFindingsSearch): FindingsFilter {
  return { ...narrowed, source: 'host', resource: `host/${hostId}*` };
}
