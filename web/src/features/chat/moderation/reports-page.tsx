/** What waits for whoever moderates: rooms with open reports, and for admins what was reported to them. */
import { page } from '../../../app/frame/page.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { useMe } from '../../accounts/api.ts';
import styles from './moderation.module.css';
import { ReportList } from './report-list.tsx';
import { RoomReports } from './room-reports.tsx';

export function ReportsPage() {
  usePageTitle('Reports');
  const me = useMe();
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Reports</h1>
      </header>
      <div className={page.content}>
        <div className={styles.page}>
          <RoomReports />
          {me?.role === 'admin' && (
            <section className={styles.part}>
              <h2>To the admins</h2>
              <p className="soft">From conversations, and where somebody chose so.</p>
              <ReportList readers={null} />
            </section>
          )}
        </div>
      </div>
    </div>
  );
}
