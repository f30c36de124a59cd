import { CountChips } from '../../base/lists/count-chips.tsx';
import type { Narrow } from '../../base/lists/use-narrow.ts';
import { counted, formatCount } from '../../base/text/format.ts';
import type { TotalsReply } from './api.ts';
import { type FindingsFilter, severitiesOf, withSeverity } from './filter.ts';
import { SeveritySign } from './marks.tsx';
import styles from './open-by-severity.module.css';
import { severities, severityWords } from './words.ts';

export interface OpenBySeverityProps {
  readonly totals: TotalsReply;
  readonly filter: FindingsFilter;
  readonly onFilter: Narrow<FindingsFilter>;
}

/** How much is open and how bad it is: one bar, and beside it the numbers, each of which narrows the list to itself. */
export function OpenBySeverity({ totals, filter, onFilter }: OpenBySeverityProps) {
  const parts = severities.map((severity) => {
    const { fail, unknown } = totals.open[severity];
    return { severity, count: fail + unknown, unknown };
  });
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  const unknown = parts.reduce((sum, part) => sum + part.unknown, 0);
  const chosen = severitiesOf(filter.severity);
  const chips = parts.map(({ severity, count }) => ({
    key: severity,
    sign: <SeveritySign severity={severity} />,
    label: severityWords[severity],
    count,
    counted: 'open',
    on: chosen.includes(severity),
    onToggle: (on: boolean) => onFilter((now) => ({ ...now, severity: withSeverity(now.severity, severity, on) })),
  }));
  return (
    <div className={styles.open}>
      {all > 0 && <Bar parts={parts} all={all} />}
      <CountChips chips={chips} />
      {unknown > 0 && (
        <p className="soft">
          {counted(unknown, 'thing')} of {formatCount(all)} could not be looked at.
        </p>
      )}
    </div>
  );
}

interface Part {
  readonly severity: string;
  readonly count: number;
}

function Bar({ parts, all }: { readonly parts: readonly Part[]; readonly all: number }) {
  const said = parts.filter(({ count }) => count > 0).map(({ severity, count }) => `${count} ${severity}`);
  const share = (part: number): string => `${(100 * part) / all}%`;
  const before = (at: number): number => parts.slice(0, at).reduce((sum, { count }) => sum + count, 0);
  return (
    <svg className={styles.bar} width="100%" height="8" role="img" aria-label={`Open: ${said.join(', ')}`}>
      {parts.map(({ severity, count }, at) => (
        <rect key={severity} data-severity={severity} x={share(before(at))} width={share(count)} height="8" />
      ))}
    </svg>
  );
}
