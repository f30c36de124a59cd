import { Question } from './question.tsx';

/** Nothing reports what crosses the network, so that there is no picture and nothing that is worst. */
export function WireQuestion() {
  return (
    <Question
      title="Is anything odd on the wire?"
      answer={{ tone: 'plain', sentence: 'Nobody knows: nothing watches the network yet.' }}
    >
      <p className="soft">
        The guard that watches it is not part of this version. What somebody captured,{' '}
        <code>holdfast network read</code> shows.
      </p>
    </Question>
  );
}
