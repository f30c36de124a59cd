import { useInfiniteQuery } from '@tanstack/react-query';
import { sections as styles } from '../../base/pages/sections.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { myActivityOptions } from './api.ts';
import { EventList } from './event-list.tsx';

const nobody = (): null => null;

export function MyActivityPage() {
  usePageTitle('Activity');
  const list = useInfiniteQuery(myActivityOptions);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">
          What happened to your account. What happened to a file stands with the file. A log-in that was not you: change
          your password.
        </p>
      </div>
      <EventList list={list} label="What happened to my account" nameOf={nobody} fileName="my-activity.csv" />
    </div>
  );
}
