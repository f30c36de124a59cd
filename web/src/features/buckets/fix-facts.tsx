import { counted } from '../../base/text/format.ts';
import type { BucketReply } from './api.ts';
import styles from './bucket-page.module.css';
import { CommandLine } from '../../base/saving/command-line.tsx';
import { readableJson } from './policy-lines.ts';
import { VerdictMark } from './verdict-mark.tsx';
import type { Verdict } from './words.ts';

/** What would mend what is critical or high: each call with what it replaces, and who loses access by it. */
export function FixFacts({ fix, before }: { readonly fix: BucketReply['fix']; readonly before: Verdict }) {
  const { calls, after, losses, left, accepted, command } = fix;
  return (
    <>
      {calls.length === 0 ? (
        <p>Nothing that is critical or high can be mended by a command.</p>
      ) : (
        <>
          <p className={styles.change}>
            <VerdictMark verdict={before} /> <span aria-label="becomes">→</span> <VerdictMark verdict={after} />
          </p>
          {losses.length > 0 && (
            <div className={styles.losses}>
              <p>Who loses access:</p>
              <ul>
                {losses.map((sentence) => (
                  <li key={sentence} dir="auto">
                    {sentence}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <ol className={styles.calls}>
            {calls.map(({ call, before: was, after: becomes }, at) => (
              <li key={at}>
                <p>
                  <code>{call}</code>
                </p>
                <div className={styles.values}>
                  <Value title="Before" value={was} />
                  <Value title="After" value={becomes} />
                </div>
              </li>
            ))}
          </ol>
          <p>
            Nothing is changed from here: this server needs no right to write to your buckets. The command shows it once
            more as it is then, and makes it with <code>--apply</code>. It keeps a receipt first, and{' '}
            <code>holdfast buckets undo</code> brings everything back.
          </p>
          <CommandLine label="The command that mends it" command={command} />
        </>
      )}
      {left.length > 0 && (
        <ul className={styles.left}>
          {left.map(({ check, why }) => (
            <li key={check} className="soft">
              <code>{check}</code> stays: {why}.
            </li>
          ))}
        </ul>
      )}
      {accepted > 0 && <p className="soft">{counted(accepted, 'finding')} that somebody accepted stay as they are.</p>}
    </>
  );
}

function Value({ title, value }: { readonly title: string; readonly value: string | null }) {
  return (
    <div>
      <p className="soft">{title}</p>
      {value === null ? (
        <p className={styles.none}>not set</p>
      ) : (
        <pre className={styles.value} dir="ltr" aria-label={title}>
          {readableJson(value)}
        </pre>
      )}
    </div>
  );
}
