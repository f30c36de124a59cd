import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import type { ReactNode } from 'react';
import { Time } from '../../base/text/bits.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { bucketOptions, type BucketReply } from './api.ts';
import { BucketFindings } from './bucket-findings.tsx';
import styles from './bucket-page.module.css';
import { FixFacts } from './fix-facts.tsx';
import { PolicyText } from './policy-text.tsx';
import { ProbeFacts } from './probe-facts.tsx';
import { VerdictMark } from './verdict-mark.tsx';
import { WaysList } from './ways-list.tsx';
import { placeName, verdictWords } from './words.ts';

/** One bucket: who gets in with the proof, what is wrong with it and since when, and what would mend it. */
export function BucketPage() {
  const { bucketId } = useParams({ from: '/frame/security/buckets/$bucketId' });
  const { data, error, refetch } = useQuery(bucketOptions(bucketId));
  usePageTitle(data ? data.bucket.bucket : 'Bucket');
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <Link to="/security/buckets" className={styles.back}>
        <IconArrowLeft size={16} aria-hidden /> All buckets
      </Link>
      {error && <ProblemNote error={error} tried="Show this bucket" onRetry={() => void refetch()} />}
      {data && <Facts shown={data} />}
    </div>
  );
}

function Facts({ shown }: { readonly shown: BucketReply }) {
  const { bucket, place, summary, ways, moreWays, unknowns, disagreements, policy, probe, fix, findings } = shown;
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.title}>
          <bdi>{bucket.bucket}</bdi>
        </h2>
        <VerdictMark verdict={bucket.verdict} />
        <p className="soft">
          {[bucket.region, placeName(place)].filter((word) => word !== null).join(' · ')} · looked at{' '}
          <Time within>{bucket.lastSeenTime}</Time>
        </p>
        <p className={styles.summary} dir="auto">
          {summary}
        </p>
        {bucket.verdict !== shown.withoutFlags && shown.withoutFlags.startsWith('public-') && (
          <p className="soft">
            With every flag of Block Public Access gone it would be:{' '}
            {verdictWords[shown.withoutFlags].label.toLowerCase()}.
          </p>
        )}
      </header>
      <Part title="Who gets in, and the proof">
        {ways.length === 0 && unknowns.length === 0 && <p>Nothing lets anybody in but its owner.</p>}
        {ways.length > 0 && <WaysList ways={ways} more={moreWays} />}
        {unknowns.length > 0 && (
          <>
            <h4>Could not be read or judged</h4>
            <ul className={styles.left}>
              {unknowns.map(({ part, reason }, at) => (
                <li key={at} dir="auto">
                  <strong>{part}</strong>: {reason}
                </li>
              ))}
            </ul>
          </>
        )}
        {disagreements.length > 0 && (
          <>
            <h4>Where the store or a stranger says otherwise</h4>
            <ul className={styles.left}>
              {disagreements.map(({ explanation }, at) => (
                <li key={at} dir="auto">
                  {explanation}
                </li>
              ))}
            </ul>
          </>
        )}
        {policy !== null && <PolicyText policy={policy} ways={ways} />}
      </Part>
      <Part title="Asked as a stranger">
        <ProbeFacts probe={probe} />
      </Part>
      <Part title="What would mend it">
        <FixFacts fix={fix} before={bucket.verdict} />
      </Part>
      <Part title="Findings">
        <BucketFindings findings={findings} uid={bucket.uid} />
      </Part>
      <Part title="Who got in over time">
        <ol className={styles.history}>
          {shown.verdicts.map(({ time, verdict }) => (
            <li key={time}>
              <VerdictMark verdict={verdict} /> <span className="soft">since</span> <Time within>{time}</Time>
            </li>
          ))}
        </ol>
      </Part>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
