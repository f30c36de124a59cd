/** What was reported: the reporter's copy, why, and what became of it. */
import { Button, Checkbox } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import IconFlag from '@tabler/icons-react/icons/IconFlag';
import { useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { moderationOf, type Readers, reportsOptions, type ReportView, type Resolution, resolveReport } from './api.ts';
import type { Moderating } from './moderating.ts';
import styles from './moderation.module.css';
import { ReasonDialog } from './reason-dialog.tsx';
import { ReportedMessage } from './reported-message.tsx';

type Report = NonNullable<ReportView['report']>;
type Resolving = { readonly reportId: string; readonly outcome: Resolution['outcome'] };

export interface ReportListProps {
  readonly readers: Readers;
  /** Where the reader moderates the room as well. */
  readonly onModerate?: (moderating: Moderating) => void;
}

export function ReportList({ readers, onModerate }: ReportListProps) {
  const queries = useQueryClient();
  const [isAll, setAll] = useState(false);
  const [resolving, setResolving] = useState<Resolving | null>(null);
  const list = useInfiniteQuery(reportsOptions(readers, isAll));
  const reports = list.data?.pages.flatMap((page) => page.reports) ?? [];
  const resolve = async ({ reportId, outcome }: Resolving, note: string): Promise<void> => {
    await resolveReport(readers, reportId, { outcome, note });
    void queries.invalidateQueries({ queryKey: moderationOf(readers) });
    showToast({ text: 'The report is closed.' });
  };
  return (
    <>
      <Checkbox
        label="Show closed ones too"
        checked={isAll}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
      {list.error && <ProblemNote error={list.error} tried="Show the reports" onRetry={() => void list.refetch()} />}
      {list.data && reports.length === 0 && !list.hasNextPage && (
        <Empty icon={<IconFlag size={40} stroke={1.3} />} title={isAll ? 'Nothing was reported' : 'No open report'}>
          <p>Whoever reads a message can report it from its menu. Their copy of it will be here.</p>
        </Empty>
      )}
      <ul className={styles.list} aria-label="Reports">
        {reports.map(({ reportId, open, report }) => (
          <li key={reportId} className={styles.report}>
            {report ? (
              <ReportFacts report={report} isForAdmins={readers === null} />
            ) : (
              <p className="soft">
                This report was sealed to the admins that there were then: it does not open for you.
              </p>
            )}
            {open && (
              <div className={sections.row}>
                {report && onModerate && <Acts report={report} onModerate={onModerate} />}
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setResolving({ reportId, outcome: 'acted' })}
                >
                  Close as acted on…
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setResolving({ reportId, outcome: 'dismissed' })}
                >
                  Dismiss…
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
      {resolving && (
        <ReasonDialog
          title={resolving.outcome === 'acted' ? 'Close the report' : 'Dismiss the report'}
          act={resolving.outcome === 'acted' ? 'Close it' : 'Dismiss it'}
          label="What became of it"
          hint="Kept with the report and in the log."
          run={(note) => resolve(resolving, note)}
          onClose={() => setResolving(null)}
        />
      )}
    </>
  );
}

function ReportFacts({ report, isForAdmins }: { readonly report: Report; readonly isForAdmins: boolean }) {
  const { roomId, room, sequence, byHandle, reason, time, resolved } = report;
  return (
    <>
      <p className="soft">
        Reported by <bdi>@{byHandle}</bdi>, <Time within>{time}</Time>
        {isForAdmins && (
          <>
            , from{' '}
            {room === '' ? (
              'a conversation'
            ) : (
              <Link to="/chat/rooms/$roomId/at/$sequence" params={{ roomId, sequence: String(sequence) }}>
                #<bdi>{room}</bdi>
              </Link>
            )}
          </>
        )}
      </p>
      <p className={styles.reason} dir="auto">
        {reason}
      </p>
      <ReportedMessage report={report} isLinked={room !== ''} />
      {resolved && (
        <p className="soft">
          {resolved.outcome === 'acted' ? 'Acted on' : 'Dismissed'} by <bdi>@{resolved.by}</bdi>,{' '}
          <Time within>{resolved.time}</Time>: <bdi>{resolved.note}</bdi>
        </p>
      )}
    </>
  );
}

function Acts({
  report,
  onModerate,
}: {
  readonly report: Report;
  readonly onModerate: NonNullable<ReportListProps['onModerate']>;
}) {
  const { roomId, sequence, author } = report;
  // Of what hides it no more than its place is needed.
  // A bot is taken out of the room, under Bots and webhooks.
  const mayBeRestricted = author.mark !== 'bot' && author.mark !== 'program';
  const whom = author.accountId === null ? { sequence } : { handle: author.name };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onModerate({ act: 'hide', message: { roomId, sequence } })}
      >
        Hide the message…
      </Button>
      {mayBeRestricted && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onModerate({ act: 'restrict', whom: { name: author.name, whom } })}
        >
          Mute or ban…
        </Button>
      )}
    </>
  );
}
