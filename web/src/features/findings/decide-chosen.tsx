import { showToast } from '../../app/toasts.ts';
import { counted, formatCount } from '../../base/text/format.ts';
import { acceptFindings, type Decision, type DecidedReply, type FindingSummary, reopenFindings } from './api.ts';
import { DecisionDialog } from './decision-dialog.tsx';

export type Deciding = 'accept' | 'reopen';

export interface DecideChosenProps {
  readonly deciding: Deciding;
  /** Those that it can be decided about. */
  readonly findings: readonly FindingSummary[];
  /** About these; told also when nobody waits for it here any more. */
  readonly onDecided: (findingIds: readonly string[]) => void;
  readonly onClose: () => void;
}

/** One reason for all of them; what was fixed meanwhile is told and holds up nobody. */
export function DecideChosen({ deciding, findings, onDecided, onClose }: DecideChosenProps) {
  const ids = findings.map(({ findingId }) => findingId);
  const these = findings.length === 1 ? 'this finding' : `these ${formatCount(findings.length)} findings`;
  const done = ({ changed, unchanged }: DecidedReply): void => {
    const said = deciding === 'accept' ? 'Accepted' : 'Open again:';
    const left = unchanged[0]
      ? ` ${counted(unchanged.length, 'finding')} left as they were: ${unchanged[0].reason}.`
      : '';
    showToast({ text: `${said} ${counted(changed.length, 'finding')}.${left}` });
    onDecided(ids);
  };
  const shared = { onDone: done, onClose };
  return deciding === 'accept' ? (
    <DecisionDialog
      {...shared}
      title={`Accept ${these}`}
      act={findings.length === 1 ? 'Accept it' : 'Accept them'}
      reasonHint="The buckets hold the public web site"
      endHint="What is still so by then opens again by itself."
      run={(decision: Decision) => acceptFindings(ids, decision)}
    >
      <p>
        You decide to live with what is chosen. It leaves the list of what is open and stays under “Accepted”, with your
        name and this one reason.
      </p>
    </DecisionDialog>
  ) : (
    <DecisionDialog
      {...shared}
      title={`Reopen ${these}`}
      act={findings.length === 1 ? 'Reopen it' : 'Reopen them'}
      reasonHint="The web site has moved"
      run={({ reason }: Decision) => reopenFindings(ids, reason)}
    >
      <p>The acceptances end now, and what is chosen is listed among what is open.</p>
    </DecisionDialog>
  );
}
