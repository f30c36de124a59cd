import { useStore } from '../../../base/store.ts';
import { presences, presenceWords } from './presence.ts';
import styles from './presence-dot.module.css';

/** Whether somebody is here. */
export function PresenceDot({ accountId }: { readonly accountId: string }) {
  const presence = useStore(presences).get(accountId) ?? 'offline';
  return (
    <span className={styles.dot} data-presence={presence} title={presenceWords[presence]}>
      <span className="hidden-text">, {presenceWords[presence]}</span>
    </span>
  );
}
