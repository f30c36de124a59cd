import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { Foreign, Time } from '../../../base/text/bits.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { table } from '../../../base/lists/table.ts';
import { visible } from '../../../base/text/visible.ts';
import { enrolmentsOptions, type EnrolmentView, withdrawEnrolment } from '../api.ts';

/** Tokens that a host can still enrol with. Nothing stands here when there are none. */
export function Enrolments() {
  const queries = useQueryClient();
  const list = useQuery(enrolmentsOptions);
  const [asked, setAsked] = useState<EnrolmentView | null>(null);
  const withdraw = useMutation({
    mutationFn: ({ enrolmentId }: EnrolmentView) => withdrawEnrolment(enrolmentId),
    onSuccess: () => showToast({ text: 'Withdrew the token. No host can enrol with it any more.' }),
    onError: (error) => showError('Withdraw the token', error),
    onSettled: () => queries.invalidateQueries(enrolmentsOptions),
  });
  const waiting = list.data?.filter(({ state }) => state === 'waiting') ?? [];
  if (list.error) {
    return <ProblemNote error={list.error} tried="List the open tokens" onRetry={() => void list.refetch()} />;
  }
  if (waiting.length === 0) return null;
  return (
    <section>
      <h2>Tokens that no host has used yet</h2>
      <div className={table.scroll}>
        <table className={table.table} aria-label="Tokens that no host has used yet">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col" className={table.wide}>
                Made by
              </th>
              <th scope="col">Ends</th>
              <th scope="col" className={table.acts}>
                <span className="hidden-text">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {waiting.map((each) => (
              <tr key={each.enrolmentId}>
                <td>
                  {each.label === '' ? 'Any host' : <Foreign>{each.label}</Foreign>}
                  {each.hostId !== null && <code className={table.under}>only {each.hostId}</code>}
                </td>
                <td className={table.wide}>
                  <bdi>{each.by}</bdi> <Time within>{each.createdTime}</Time>
                </td>
                <td>
                  <Time>{each.expiresTime}</Time>
                </td>
                <td className={table.acts}>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Withdraw the token for ${each.label === '' ? 'any host' : visible(each.label)}`}
                    disabled={withdraw.isPending}
                    onClick={() => setAsked(each)}
                  >
                    Withdraw…
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked && (
        <AskFirst
          title={<>Withdraw the token for {asked.label === '' ? 'any host' : <Foreign>{asked.label}</Foreign>}</>}
          act="Withdraw it"
          onAct={() => withdraw.mutate(asked)}
          onClose={() => setAsked(null)}
        >
          <p>
            No host can enrol with it from now on. It cannot be brought back: a host that is still to come needs another
            one.
          </p>
        </AskFirst>
      )}
    </section>
  );
}
