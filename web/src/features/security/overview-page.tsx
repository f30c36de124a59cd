import { sections } from '../../base/pages/sections.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { BucketsQuestion } from './buckets-question.tsx';
import { HostsQuestion } from './hosts-question.tsx';
import styles from './overview.module.css';
import { Unseen } from './unseen.tsx';
import { WireQuestion } from './wire-question.tsx';

/** Three questions with an answer each, and what nobody could look at. */
export function OverviewPage() {
  usePageTitle('Security');
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={styles.questions}>
        <BucketsQuestion />
        <HostsQuestion />
        <WireQuestion />
      </div>
      <Unseen />
    </div>
  );
}
