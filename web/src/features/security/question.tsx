import type { ReactNode } from 'react';
import type { Answer } from './answers.ts';
import styles from './overview.module.css';

export interface QuestionProps {
  readonly title: string;
  /** Absent: not known yet. */
  readonly answer: Answer | undefined;
  readonly children?: ReactNode;
}

/** One question with its answer in a sentence; the picture and the worst findings follow. */
export function Question({ title, answer, children }: QuestionProps) {
  return (
    <section className={styles.question} data-tone={answer?.tone ?? 'plain'}>
      <h2>{title}</h2>
      <p className={styles.answer}>{answer?.sentence}</p>
      {children}
    </section>
  );
}
