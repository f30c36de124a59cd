import { Link } from '@tanstack/react-router';
import { useMe } from './api.ts';
import styles from './kit-banner.module.css';

/** Stays until the recovery kit is confirmed: without it a lost password is the end of the files. */
export function KitBanner() {
  const me = useMe();
  if (!me || me.kitConfirmed) return null;
  return (
    <aside className={styles.banner} aria-label="Recovery kit">
      <span>
        You have not confirmed that you kept your recovery kit. Without it nobody can open your files when the password
        is lost.
      </span>
      <Link to="/recovery-kit">Show me what to do</Link>
    </aside>
  );
}
