/** An error in three parts: what was tried, why it failed, what to do now. The code stands small at the end. */
import { Button } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import { useEffect, useRef } from 'react';
import { couldNot, inWordsOfPages } from './problem-words.ts';
import { problemOf } from './problem.ts';
import styles from './problem-note.module.css';

export interface ProblemNoteProps {
  readonly error: unknown;
  /** What was tried, as in "Rename “plan.pdf”". */
  readonly tried?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

export function ProblemNote({ error, tried, onRetry }: ProblemNoteProps) {
  const problem = inWordsOfPages(problemOf(error));
  const what = tried ?? problem.attempted;
  const note = useRef<HTMLDivElement>(null);
  // Under a long form it would be out of sight, and the press of the button would seem to have done nothing.
  useEffect(() => {
    note.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={note} className={styles.note} role="alert">
      <IconAlertTriangle className={styles.icon} size={18} aria-hidden />
      <div className={styles.words}>
        {what !== undefined && <p className={styles.tried}>{couldNot(what)}</p>}
        <p>
          <bdi>
            {problem.title}
            {problem.detail === undefined ? '.' : `: ${problem.detail}.`}
          </bdi>
        </p>
        <p className={styles.remedy}>{problem.remedy}</p>
        <p className={styles.code}>{problem.code}</p>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
