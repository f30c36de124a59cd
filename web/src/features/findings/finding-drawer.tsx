import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { showToast } from '../../app/toasts.ts';
import { Foreign } from '../../base/text/bits.tsx';
import { SideDrawer } from '../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { acceptFinding, findingOptions, type FindingView, reopenFinding } from './api.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import styles from './finding-drawer.module.css';
import { FindingFacts } from './finding-facts.tsx';
import { FindingHistory } from './finding-history.tsx';
import { RuleDialog } from './rule-dialog.tsx';

export interface FindingDrawerProps {
  readonly findingId: string;
  readonly onClose: () => void;
}

type Deciding = 'accept' | 'reopen' | 'suppress';

/** One finding with all that is known of it. Its address is that of the list with the finding's id. */
export function FindingDrawer({ findingId, onClose }: FindingDrawerProps) {
  const { data, error, refetch } = useQuery(findingOptions(findingId));
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const finding = data?.finding;
  return (
    <SideDrawer
      onClose={onClose}
      size={560}
      title={finding ? <Foreign className={styles.title}>{finding.title}</Foreign> : 'Finding'}
    >
      {error && <ProblemNote error={error} tried="Show this finding" onRetry={() => void refetch()} />}
      {finding && (
        <>
          <Acts finding={finding} onDecide={setDeciding} />
          <FindingFacts finding={finding} />
          <FindingHistory history={data.history} />
        </>
      )}
      {finding && deciding === 'accept' && (
        <DecisionDialog
          title="Accept this finding"
          act="Accept it"
          reasonHint="The bucket holds the public web site"
          endHint="If it is still so by then, it opens again by itself."
          run={(decision) => acceptFinding(findingId, decision)}
          onDone={() => showToast({ text: 'Accepted. It is mended by nobody, and opens again when its time is over.' })}
          onClose={() => setDeciding(null)}
        >
          <p>
            You decide to live with it. It leaves the list of what is open and stays under “Accepted”, with your name
            and your reason.
          </p>
        </DecisionDialog>
      )}
      {finding && deciding === 'reopen' && (
        <DecisionDialog
          title="Reopen this finding"
          act="Reopen it"
          reasonHint="The web site has moved"
          run={({ reason }) => reopenFinding(findingId, reason)}
          onDone={() => showToast({ text: 'It is open again.' })}
          onClose={() => setDeciding(null)}
        >
          <p>The acceptance ends now, and the finding is listed among what is open.</p>
        </DecisionDialog>
      )}
      {finding && deciding === 'suppress' && <RuleDialog finding={finding} onClose={() => setDeciding(null)} />}
    </SideDrawer>
  );
}

interface ActsProps {
  readonly finding: FindingView;
  readonly onDecide: (deciding: Deciding) => void;
}

function Acts({ finding: { state }, onDecide }: ActsProps) {
  if (state === 'fixed' || state === 'clear' || state === 'suppressed') return null;
  return (
    <div className={sections.row}>
      {state === 'open' ? (
        <Button onClick={() => onDecide('accept')}>Accept…</Button>
      ) : (
        <>
          <Button onClick={() => onDecide('reopen')}>Reopen…</Button>
          <Button variant="default" onClick={() => onDecide('accept')}>
            Accept for another time…
          </Button>
        </>
      )}
      <Button variant="default" onClick={() => onDecide('suppress')}>
        Suppress by a rule…
      </Button>
    </div>
  );
}
