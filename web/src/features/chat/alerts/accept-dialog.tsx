import { showToast } from '../../../app/toasts.ts';
import { DecisionDialog } from '../../findings/decision-dialog.tsx';
import type { MessageView } from '../api.ts';
import { actOnAlert } from './api.ts';

export interface AcceptDialogProps {
  readonly message: MessageView;
  readonly action: { readonly actionId: string; readonly title: string | null };
  readonly onDone: (message: MessageView) => void;
  readonly onClose: () => void;
}

/** To live with a finding, decided where it was told; the same question as on its own page. */
export function AcceptDialog({ message, action, onDone, onClose }: AcceptDialogProps) {
  const { actionId, title } = action;
  return (
    <DecisionDialog
      title="Accept the finding"
      act="Accept"
      reasonHint="This bucket is meant to be read by everybody: it holds our website"
      endHint="Then it is open again."
      run={({ reason, until }) => actOnAlert(message, { actionId, reason, ...(until === null ? {} : { until }) })}
      onDone={(changed) => {
        onDone(changed);
        showToast({ text: 'The finding is accepted. It can be reopened on its page.' });
      }}
      onClose={onClose}
    >
      {title !== null && title !== '' && (
        <p>
          <bdi>{title}</bdi>
        </p>
      )}
    </DecisionDialog>
  );
}
