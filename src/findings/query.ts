import { chosenWords } from '../base/text/chosen-words.ts';
import { findingErrors } from './errors.ts';
import { severities, states, verdicts } from './finding.ts';
import type { Filter } from './list.ts';

/** A filter as it is written in a URL or on a command line. */
export interface FilterText {
  readonly state?: string | undefined;
  readonly severity?: string | undefined;
  readonly verdict?: string | undefined;
  readonly check?: string | undefined;
  readonly resource?: string | undefined;
  readonly source?: string | undefined;
  readonly text?: string | undefined;
}

/** Throws `finding_filter_invalid` and names the word that is none. */
export function filterOf({ state, severity, verdict, check, resource, source, text }: FilterText): Filter {
  return {
    states: state === 'all' ? states : words('state', state, states),
    severities: words('severity', severity, severities),
    verdicts: words('verdict', verdict, verdicts),
    check,
    resource,
    source,
    text,
  };
}

function words<Word extends string>(
  name: string,
  given: string | undefined,
  known: readonly Word[],
): readonly Word[] | undefined {
  return chosenWords(given, known, (word, remedy) =>
    findingErrors('finding_filter_invalid', {
      attempted: 'List findings',
      detail: `“${word}” is no ${name}`,
      remedy,
    }),
  );
}
