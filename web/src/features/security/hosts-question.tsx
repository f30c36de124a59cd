import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { HardeningBar } from '../hosts/hardening-bar.tsx';
import { hostTotalsOptions } from '../hosts/api.ts';
import { severities, severityTones, severityWords } from '../findings/words.ts';
import { hostsAnswer } from './answers.ts';
import { worstOptions } from './api.ts';
import { Question } from './question.tsx';
import { StackedBar } from './stacked-bar.tsx';
import { WorstList } from './worst-list.tsx';

export function HostsQuestion() {
  const totals = useQuery(hostTotalsOptions);
  const found = useQuery(worstOptions({ source: 'host' }));
  const error = totals.error ?? found.error;
  const seen = totals.data;
  const answer = seen && found.data && hostsAnswer(seen, found.data);
  return (
    <Question title="Is any host in trouble?" answer={answer}>
      {error && <ProblemNote error={error} tried="See how the hosts are" />}
      {seen && (
        <StackedBar
          label="Hosts, by the worst that is open on each"
          shares={[
            ...severities.map((severity) => ({
              label: severityWords[severity],
              count: seen.byWorst[severity],
              tone: severityTones[severity],
            })),
            { label: 'Nothing open', count: seen.byWorst.nothing, tone: 'good' },
            { label: 'Nobody knows', count: seen.byWorst.unheard, tone: 'plain' },
          ]}
        />
      )}
      {seen && seen.index !== null && (
        <p>
          Hardening index, the middle of all hosts:{' '}
          <HardeningBar index={seen.index} indexBefore={null} coverage={null} />
        </p>
      )}
      {found.data && <WorstList findings={found.data} label="The worst on hosts" />}
      <Link to="/security/hosts">{seen?.hosts === 0 ? 'Add a host' : 'All hosts'}</Link>
    </Question>
  );
}
