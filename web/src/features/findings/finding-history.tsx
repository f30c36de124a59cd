import { Time } from '../../base/text/bits.tsx';
import type { FindingReply } from './api.ts';
import styles from './finding-drawer.module.css';
import { changeWords, verdictWords } from './words.ts';

/** Newest first. */
export function FindingHistory({ history }: { readonly history: FindingReply['history'] }) {
  return (
    <section className={styles.part} aria-labelledby="finding-history">
      <h2 id="finding-history">History</h2>
      <ol className={styles.history}>
        {history.map(({ time, change, verdict, by, reason }, at) => (
          <li key={`${time} ${at}`} data-change={change}>
            <p>
              {changeWords[change]}
              {change === 'verdict_changed' && `: ${verdictWords[verdict].toLowerCase()}`}
              {by !== null && (
                <>
                  {' '}
                  by <bdi>{by}</bdi>
                </>
              )}
            </p>
            {reason !== null && <q dir="auto">{reason}</q>}
            <p className="soft">
              <Time>{time}</Time>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
