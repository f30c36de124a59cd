/** What moderators decided about the person who reads. */
import { page } from '../../../app/frame/page.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { ActsList } from './acts-list.tsx';
import styles from './moderation.module.css';

export function DecisionsPage() {
  usePageTitle('Decisions about you');
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Decisions about you</h1>
      </header>
      <div className={page.content}>
        <div className={styles.page}>
          <p className="soft">
            What moderators decided about you and your messages, and why. If you see it otherwise, ask a moderator of
            the room.
          </p>
          <ActsList roomId={null} />
        </div>
      </div>
    </div>
  );
}
