/** How bad, and how it stands: each a shape and a word, so that colour alone says nothing. */
import styles from './marks.module.css';
import { type Severity, severityWords, type State, stateWords, type Verdict } from './words.ts';

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span className={styles.severity} data-severity={severity}>
      <SeveritySign severity={severity} />
      {severityWords[severity]}
    </span>
  );
}

/** For the eye only, beside its word. */
export function SeveritySign({ severity }: { readonly severity: Severity }) {
  return <span className={styles.sign} data-severity={severity} aria-hidden />;
}

export function StateMark({ state }: { readonly state: State }) {
  const { label, about } = stateWords[state];
  return (
    <span className={styles.mark} data-state={state} title={about}>
      {label}
    </span>
  );
}

/** Not knowing is no result, and never the same as safe. */
export function UnknownMark({ verdict }: { readonly verdict: Verdict }) {
  if (verdict !== 'unknown') return null;
  return (
    <span
      className={styles.mark}
      data-state="unknown"
      title="The guard could not look at it. That is never the same as safe."
    >
      Could not look
    </span>
  );
}
