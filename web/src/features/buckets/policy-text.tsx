import type { BucketReply } from './api.ts';
import styles from './bucket-page.module.css';
import { type PolicyLine, policyLines } from './policy-lines.ts';

type Way = BucketReply['ways'][number];

/** A longer one is folded away until somebody wants it. */
const LINES_SHOWN = 120;

/** The policy as the store gave it, with the statements that let somebody in marked by how far they do. */
export function PolicyText({ policy, ways }: { readonly policy: string; readonly ways: readonly Way[] }) {
  const tones = new Map<number, 'risk' | 'look' | 'plain'>();
  // The worst come first, and what is marked as worse stays so.
  for (const { statement, from, level, stoppedBy } of ways) {
    if (from !== 'policy' || statement === null || tones.has(statement.index)) continue;
    tones.set(statement.index, level === 'shared' ? 'plain' : stoppedBy.length > 0 ? 'look' : 'risk');
  }
  const lines = policyLines(policy);
  const parts = partsOf(lines);
  return (
    <details className={styles.details} open={lines.length <= LINES_SHOWN}>
      <summary>The policy of the bucket</summary>
      <pre className={styles.policy} dir="ltr" aria-label="The policy of the bucket">
        {parts.map(({ statement, text }, at) => {
          const tone = statement === null ? undefined : tones.get(statement);
          return tone === undefined ? (
            <span key={at}>{text}</span>
          ) : (
            <mark key={at} data-tone={tone}>
              {text}
            </mark>
          );
        })}
      </pre>
    </details>
  );
}

/** Lines of one statement in one piece. */
function partsOf(lines: readonly PolicyLine[]): readonly PolicyLine[] {
  const parts: { text: string; statement: number | null }[] = [];
  for (const { text, statement } of lines) {
    const last = parts.at(-1);
    if (last?.statement === statement) last.text += `${text}\n`;
    else parts.push({ text: `${text}\n`, statement });
  }
  return parts;
}
