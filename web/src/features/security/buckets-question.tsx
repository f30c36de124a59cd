import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { bucketsOptions, placesOptions } from '../buckets/api.ts';
import { toneOf, verdicts, verdictWords } from '../buckets/words.ts';
import { bucketsAnswer } from './answers.ts';
import { FRESH_MS, worstOptions } from './api.ts';
import { Question } from './question.tsx';
import { StackedBar } from './stacked-bar.tsx';
import { WorstList } from './worst-list.tsx';

export function BucketsQuestion() {
  const list = useInfiniteQuery({ ...bucketsOptions({}), refetchInterval: FRESH_MS });
  const known = useQuery(placesOptions);
  const found = useQuery(worstOptions({ source: 'buckets' }));
  const error = list.error ?? known.error ?? found.error;
  const counts = list.data?.pages[0]?.counts;
  const isKnown = counts && known.data && found.data;
  const answer = isKnown ? bucketsAnswer({ counts, places: known.data.places, worst: found.data }) : undefined;
  const isNoneLookedAt = counts !== undefined && Object.values(counts).every((count) => count === 0);
  return (
    <Question title="Is any bucket open?" answer={answer}>
      {error && <ProblemNote error={error} tried="See who gets into the buckets" />}
      {counts && (
        <StackedBar
          label="Buckets, by who gets in"
          shares={verdicts.map((verdict) => ({
            label: verdictWords[verdict].label,
            count: counts[verdict] ?? 0,
            tone: toneOf(verdict),
          }))}
        />
      )}
      {found.data && <WorstList findings={found.data} label="The worst in buckets" />}
      <Link to="/security/buckets">{isNoneLookedAt ? 'Have buckets looked at' : 'All buckets'}</Link>
    </Question>
  );
}
