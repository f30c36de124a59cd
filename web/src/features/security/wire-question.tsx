import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { severities, severityTones, severityWords } from '../findings/words.ts';
import { overviewOptions } from '../network/api.ts';
import { FRESH_MS, worstOptions } from './api.ts';
import { Question } from './question.tsx';
import { StackedBar } from './stacked-bar.tsx';
import { wireAnswer } from './wire-answer.ts';
import { WorstList } from './worst-list.tsx';

export function WireQuestion() {
  const seen = useQuery({ ...overviewOptions({}), refetchInterval: FRESH_MS });
  const found = useQuery(worstOptions({ source: 'network' }));
  const error = seen.error ?? found.error;
  const answer = seen.data && found.data && wireAnswer(seen.data, found.data);
  return (
    <Question title="Is anything odd on the wire?" answer={answer}>
      {error && <ProblemNote error={error} tried="See what crosses the wire" />}
      {seen.data && (
        <StackedBar
          label="Alerts of the last day, by how bad they are"
          shares={severities.map((severity) => ({
            label: severityWords[severity],
            count: seen.data.alerts[severity],
            tone: severityTones[severity],
          }))}
        />
      )}
      {found.data && <WorstList findings={found.data} label="The worst on the network" />}
      <Link to="/security/network">{answer?.tone === 'plain' ? 'How to watch the network' : 'The network'}</Link>
    </Question>
  );
}
