import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { peopleOptions, preferencesOptions } from '../api.ts';
import { setIgnored } from '../ignoring/ignoring.ts';
import styles from './chat-page.module.css';

/** Whom this person ignores, with the way back. */
export function IgnoredPeople() {
  const ignored = useQuery(preferencesOptions).data?.ignored ?? [];
  const people = useQuery({ ...peopleOptions, enabled: ignored.length > 0 });
  if (ignored.length === 0) return null;
  const nameOf = (accountId: string): string =>
    people.data?.find((each) => each.accountId === accountId)?.name ??
    (people.isPending ? '…' : 'Somebody who shares no room with you');
  const stop = async (accountId: string): Promise<void> => {
    try {
      await setIgnored(accountId, false);
      showToast({
        text: `You see what ${nameOf(accountId)} writes again.`,
        undo: () => setIgnored(accountId, true),
      });
    } catch (error) {
      showError(`Stop ignoring ${nameOf(accountId)}`, error);
    }
  };
  return (
    <section className={styles.part}>
      <h2 id="ignored">People you ignore</h2>
      <p className="soft">
        What they write is left out where you read, and tells you nothing. They do not learn of it.
      </p>
      <ul className={styles.list} aria-labelledby="ignored">
        {ignored.map((accountId) => (
          <li key={accountId} className={styles.person}>
            <bdi className={styles.name}>{nameOf(accountId)}</bdi>
            <Button
              size="xs"
              variant="default"
              aria-label={`Stop ignoring ${nameOf(accountId)}`}
              onClick={() => void stop(accountId)}
            >
              Stop ignoring
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
