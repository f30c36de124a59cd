/** Settings > Notices: where notices go besides the bell, which of them, and when. */
import { useQuery } from '@tanstack/react-query';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { WatchedWords } from '../../chat/lists/watched-words.tsx';
import { preferencesOptions } from '../api.ts';
import { Addresses } from './addresses.tsx';
import { Hours } from './hours.tsx';
import { Rules } from './rules.tsx';
import { ThisBrowser } from './this-browser.tsx';

export function NoticesPage() {
  usePageTitle('Notices');
  const preferences = useQuery(preferencesOptions);
  return (
    <div className={styles.page}>
      {preferences.error && (
        <ProblemNote error={preferences.error} tried="Show the rules" onRetry={() => void preferences.refetch()} />
      )}
      {preferences.data && (
        <>
          <Addresses channels={preferences.data.channels} />
          <ThisBrowser />
          <Rules preferences={preferences.data} />
          <WatchedWords />
          <Hours key={JSON.stringify(preferences.data.hours)} hours={preferences.data.hours} />
        </>
      )}
    </div>
  );
}
