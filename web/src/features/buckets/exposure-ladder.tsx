import { CountChips } from '../../base/lists/count-chips.tsx';
import type { Narrow } from '../../base/lists/use-narrow.ts';
import type { BucketsReply } from './api.ts';
import styles from './buckets.module.css';
import { type BucketsFilter, verdictsOf, withVerdict } from './filter.ts';
import { VerdictSign } from './verdict-mark.tsx';
import { toneOf, verdicts, verdictWords } from './words.ts';

export interface ExposureLadderProps {
  readonly counts: BucketsReply['counts'];
  readonly filter: BucketsFilter;
  readonly onFilter: Narrow<BucketsFilter>;
}

/** From open to private: one bar, and beside it the numbers, each of which narrows the list to itself. */
export function ExposureLadder({ counts, filter, onFilter }: ExposureLadderProps) {
  const parts = verdicts.map((verdict) => ({ verdict, count: counts[verdict] ?? 0 }));
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  const chosen = verdictsOf(filter.verdict);
  const before = (at: number): number => parts.slice(0, at).reduce((sum, { count }) => sum + count, 0);
  const share = (part: number): string => `${(100 * part) / all}%`;
  const said = parts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdictWords[verdict].label.toLowerCase()}`);
  const chips = parts
    .map(({ verdict, count }) => ({
      key: verdict,
      sign: <VerdictSign verdict={verdict} />,
      ...verdictWords[verdict],
      count,
      counted: count === 1 ? 'bucket' : 'buckets',
      on: chosen.includes(verdict),
      onToggle: (on: boolean) => onFilter((now) => ({ ...now, verdict: withVerdict(now.verdict, verdict, on) })),
    }))
    .filter(({ count, on }) => count > 0 || on);
  return (
    <div className={styles.ladder}>
      {all > 0 && (
        <svg className={styles.bar} width="100%" height="8" role="img" aria-label={`Who gets in: ${said.join(', ')}`}>
          {parts.map(({ verdict, count }, at) => (
            <rect key={verdict} data-tone={toneOf(verdict)} x={share(before(at))} width={share(count)} height="8" />
          ))}
        </svg>
      )}
      <CountChips chips={chips} />
    </div>
  );
}
