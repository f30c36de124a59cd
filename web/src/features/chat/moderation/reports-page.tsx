/** For admins: what was reported to them, from conversations and where somebody chose so. */
import { page } from '../../../app/frame/page.ts';
import { usePageTitle } from '../../../base/use-page-title.ts';
import { useMe } from '../../accounts/api.ts';
import styles from './moderation.module.css';
import { ReportList } from './report-list.tsx';

export function ReportsPage() {
  usePageTitle('Reports');
  const me = useMe();
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Reports to the admins</h1>
      </header>
      <div className={page.content}>
        <div className={styles.page}>
          {me?.role === 'admin' ? (
            <>
              <p className="soft">
                From conversations, and where somebody chose so. What is reported to the moderators of a room stands in
                the room, under Moderation.
              </p>
              <ReportList readers={null} />
            </>
          ) : (
            me && <p>Only admins see this page. What was reported in a room is for its moderators.</p>
          )}
        </div>
      </div>
    </div>
  );
}
