import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../../app/query-client.ts';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { Time } from '../../../base/text/bits.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { useMe } from '../../accounts/api.ts';
import { pushOptions, removePush, type TellableBrowser } from '../api.ts';
import { choiceOf } from '../browser/choice.ts';
import { switchPushOff } from '../browser/push.ts';

/** Every browser of this person that is told while Holdfast is closed in it; each until it logs out. */
export function ToldBrowsers() {
  const accountId = useMe()?.accountId ?? '';
  const told = useQuery(pushOptions);
  const [stopping, setStopping] = useState<TellableBrowser | null>(null);
  const isThis = ({ subscriptionId }: TellableBrowser): boolean =>
    choiceOf(accountId).push?.subscriptionId === subscriptionId;
  const remove = useMutation({
    mutationFn: (browser: TellableBrowser) =>
      isThis(browser) ? switchPushOff(accountId) : removePush(browser.subscriptionId),
    onSuccess: (_, { device }) => showToast({ text: `${device} is told nothing more.` }),
    onError: (error) => showError('Stop telling the browser', error),
    onSettled: () => queryClient.invalidateQueries(pushOptions),
  });
  if (told.error) {
    return <ProblemNote error={told.error} tried="List the browsers" onRetry={() => void told.refetch()} />;
  }
  if (!told.data || told.data.subscriptions.length === 0) return null;
  return (
    <>
      <h3 id="told-browsers">Told while it is closed</h3>
      <ul className={styles.plain} aria-labelledby="told-browsers">
        {told.data.subscriptions.map((browser) => (
          <li key={browser.subscriptionId} className={styles.row}>
            <bdi>{browser.device}</bdi>
            {isThis(browser) && <span className={styles.mark}>This one</span>}
            <span className="soft">
              since <Time within>{browser.madeTime}</Time>
            </span>
            <Button
              size="xs"
              variant="default"
              aria-label={`Stop telling ${browser.device}`}
              disabled={remove.isPending}
              onClick={() => setStopping(browser)}
            >
              Stop…
            </Button>
          </li>
        ))}
      </ul>
      {stopping && (
        <AskFirst
          title={
            <>
              Stop telling <bdi>{stopping.device}</bdi>
            </>
          }
          act="Stop telling it"
          onAct={() => remove.mutate(stopping)}
          onClose={() => setStopping(null)}
        >
          <p>
            It shows no notices any more while Holdfast is closed in it.{' '}
            {isThis(stopping)
              ? 'To be told again, choose so above.'
              : 'To be told there again, choose so on this page in that browser.'}
          </p>
        </AskFirst>
      )}
    </>
  );
}
