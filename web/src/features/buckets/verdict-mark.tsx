/** Who gets in: a rung of the ladder from private to public, always beside its word. */
import styles from './buckets.module.css';
import { toneOf, type Verdict, verdictWords } from './words.ts';

export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  const { label, about } = verdictWords[verdict];
  return (
    <span className={styles.verdict} data-tone={toneOf(verdict)} title={about}>
      <VerdictSign verdict={verdict} />
      {label}
    </span>
  );
}

/** For the eye only. */
export function VerdictSign({ verdict }: { readonly verdict: Verdict }) {
  return <span className={styles.sign} data-verdict={verdict} data-tone={toneOf(verdict)} aria-hidden />;
}
