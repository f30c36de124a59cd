/** What the list of alerts is narrowed to, as it stands in the address of the page and as the server is asked. */
import { severities, type Severity } from '../../findings/words.ts';
import { type RangeSearch, rangeFrom } from '../range.ts';

export interface AlertsFilter extends RangeSearch {
  readonly severity?: Severity;
  /** Of either end. */
  readonly address?: string;
  readonly text?: string;
}

export function alertsFilterFrom(search: Readonly<Record<string, unknown>>): AlertsFilter {
  const severity = severities.find((each) => each === search['severity']);
  const [address, text] = [word(search['address'], 64), word(search['text'], 256)];
  return {
    ...rangeFrom(search),
    ...(severity === undefined ? {} : { severity }),
    ...(address === undefined ? {} : { address }),
    ...(text === undefined ? {} : { text }),
  };
}

function word(given: unknown, most: number): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, most) : undefined;
}

/** Worst first. */
export function severitiesOf({ severity }: AlertsFilter): readonly Severity[] {
  return severity === undefined ? severities : [severity];
}

/** Time and severity stand beside it. */
export function queryOf({ address, text }: AlertsFilter): URLSearchParams {
  return new URLSearchParams({
    ...(address === undefined ? {} : { address }),
    ...(text === undefined ? {} : { text }),
  });
}
