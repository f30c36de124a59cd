import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { table } from '../../../base/lists/table.ts';
import { preferencesOptions } from '../api.ts';
import { type ChannelView, type DeadLetter, deadLettersOptions, everyChannel, retryLetter } from './api.ts';

/** What letters are that are no notices. */
const otherLetters: Readonly<Record<string, string>> = {
  address_confirm: 'A letter that asks to confirm an address',
  channel_test: 'A test',
  digest: 'Several notices in one letter',
};

/** Letters that were given up. What stands in them is their readers' business, who have it in their feeds. */
export function DeadLetters({ channels }: { readonly channels: readonly ChannelView[] }) {
  const queries = useQueryClient();
  const letters = useQuery(deadLettersOptions);
  const titles = useQuery(preferencesOptions).data?.kinds ?? [];
  const retry = useMutation({
    mutationFn: ({ letterId }: DeadLetter) => retryLetter(letterId),
    onSuccess: () => showToast({ text: 'The letter is on its way again.' }),
    onError: (error) => showError('Send the letter again', error),
    onSettled: () => queries.invalidateQueries(everyChannel),
  });
  const titleOf = (kind: string): string =>
    otherLetters[kind] ?? titles.find((each) => each.kind === kind)?.title ?? kind;
  const nameOf = (channelId: string): string => channels.find((each) => each.channelId === channelId)?.name ?? '';

  return (
    <section aria-labelledby="dead-letters">
      <h2 id="dead-letters">Letters that were given up</h2>
      {letters.error && (
        <ProblemNote
          error={letters.error}
          tried="List the letters that were given up"
          onRetry={() => void letters.refetch()}
        />
      )}
      {letters.data?.length === 0 && (
        <p className="soft">
          None. What the other side refuses, or does not take for three days, is kept here for a month.
        </p>
      )}
      {letters.data && letters.data.length > 0 && (
        <>
          <p className="soft">Whoever they were for has what stood in them in the feed.</p>
          <div className={table.scroll}>
            <table className={table.table} aria-label="Letters that were given up">
              <thead>
                <tr>
                  <th scope="col">Letter</th>
                  <th scope="col" className={table.wide}>
                    Channel
                  </th>
                  <th scope="col" className={table.wide}>
                    Given up
                  </th>
                  <th scope="col" className={table.wide}>
                    Attempts
                  </th>
                  <th scope="col" className={table.acts}>
                    <span className="hidden-text">What to do</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {letters.data.map((letter) => {
                  const { letterId, channelId, kind, count, attempts, code, detail, time } = letter;
                  return (
                    <tr key={letterId}>
                      <td>
                        {titleOf(kind)}
                        {count > 1 && `, ${formatCount(count)} times`}
                        <span className={table.under}>
                          {detail === '' ? '' : <bdi>{detail} </bdi>}
                          <code>{code}</code>
                        </span>
                        <span className={`${table.under} ${table.narrow}`}>
                          <bdi>{nameOf(channelId)}</bdi> · <Time within>{time}</Time>
                        </span>
                      </td>
                      <td className={table.wide}>
                        <bdi>{nameOf(channelId)}</bdi>
                      </td>
                      <td className={table.wide}>
                        <Time>{time}</Time>
                      </td>
                      <td className={table.wide}>{formatCount(attempts)}</td>
                      <td className={table.acts}>
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={`Send again: ${titleOf(kind)}`}
                          disabled={retry.isPending}
                          onClick={() => retry.mutate(letter)}
                        >
                          Send again
                        </Button>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
