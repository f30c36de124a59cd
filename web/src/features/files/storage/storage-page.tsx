import { sections as styles } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { CopiesStatus } from './copies-status.tsx';
import { PeopleSpace } from './people-space.tsx';
import { ServerHealth } from './server-health.tsx';
import { Stores } from './stores.tsx';

export function StoragePage() {
  usePageTitle('Storage');
  return (
    <div className={styles.page}>
      <CopiesStatus />
      <Stores />
      <ServerHealth />
      <PeopleSpace />
    </div>
  );
}
