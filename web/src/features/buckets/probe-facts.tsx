import { counted, formatCount } from '../../base/text/format.ts';
import type { BucketReply } from './api.ts';
import styles from './bucket-page.module.css';

const outcomeWords = {
  'let-in': 'Got in',
  refused: 'Refused',
  absent: 'Told that it is not there',
  'no-answer': 'No clear answer',
} as const;

/** What somebody without credentials got when they asked. */
export function ProbeFacts({ probe }: { readonly probe: BucketReply['probe'] }) {
  if (probe === null) {
    return (
      <p className="soft">
        Nobody asked as a stranger at the last look. Choose “Also ask as a stranger would” at the next one.
      </p>
    );
  }
  const { requests, skipped } = probe;
  const got = requests.filter(({ outcome }) => outcome === 'let-in' || outcome === 'absent');
  return (
    <>
      <p>
        {got.length === 0
          ? `None of ${counted(requests.length, 'anonymous request')} was let in. That proves nothing for other names and other strangers.`
          : `${formatCount(got.length)} of ${counted(requests.length, 'anonymous request')} got something.`}
      </p>
      <details className={styles.details}>
        <summary>The requests</summary>
        <ul className={styles.requests}>
          {requests.map(({ method, url, outcome, why }, at) => (
            <li key={at} data-outcome={outcome}>
              <strong>{outcomeWords[outcome]}</strong> <span className="soft">({why})</span>
              <code dir="ltr">
                {method} {url}
              </code>
            </li>
          ))}
        </ul>
        {skipped.length > 0 && <p className="soft">Not tried: {skipped.join('; ')}.</p>}
      </details>
    </>
  );
}
