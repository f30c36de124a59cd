/** The frame of every act of a moderator: what it does, why, and the act. What was typed stays after a refusal. */
import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';

export interface ReasonDialogProps {
  readonly title: string;
  /** What the button says. */
  readonly act: string;
  readonly label?: string;
  /** Who reads it. */
  readonly hint: string;
  readonly maxLength?: number;
  /** Whether what else is asked for is there. */
  readonly isReady?: boolean;
  readonly children?: ReactNode;
  readonly run: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const { title, act, label = 'Why', hint, maxLength = 500, isReady = true, children, run, onClose } = props;
  const [reason, setReason] = useState('');
  const doing = useMutation({ mutationFn: () => run(reason.trim()) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    // Once it was left, another dialog may be open when the answer comes.
    doing.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={false}>
      <form className={sections.dialog} onSubmit={submit}>
        {children}
        <Textarea
          label={label}
          description={hint}
          required
          withAsterisk={false}
          rows={3}
          maxLength={maxLength}
          dir="auto"
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {doing.error && <ProblemNote error={doing.error} tried={title} />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={doing.isPending} disabled={reason.trim() === '' || !isReady}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
