import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useRef, useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import styles from './dialogs.module.css';

export interface NameDialogProps {
  readonly title: string;
  readonly action: string;
  /** As in "Rename “plan.pdf”", for when it fails. */
  readonly tried: string;
  readonly name: string;
  /** Throws the refusal; the dialog stays open then, with what was typed. */
  readonly onName: (name: string) => Promise<unknown>;
  /** It is done while this is open; left out: it closes. */
  readonly onDoneHere?: () => void;
  readonly onClose: () => void;
}

/** For a new folder and for another name. */
export function NameDialog({ title, action, tried, name: first, onName, onDoneHere, onClose }: NameDialogProps) {
  const [name, setName] = useState(first);
  const chosen = useRef(false);
  const act = useMutation({ mutationFn: () => onName(name) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    // Once it was left, another dialog may be open when the answer comes.
    act.mutate(undefined, { onSuccess: onDoneHere ?? onClose });
  };
  return (
    <Dialog onClose={onClose} title={title}>
      <form className={styles.dialog} onSubmit={submit}>
        <TextInput
          label="Name"
          value={name}
          dir="auto"
          required
          withAsterisk={false}
          autoComplete="off"
          data-autofocus
          onFocus={({ currentTarget }) => {
            if (chosen.current) return;
            chosen.current = true;
            // What people change is the name and not the ending.
            const dot = first.lastIndexOf('.');
            currentTarget.setSelectionRange(0, dot > 0 ? dot : first.length);
          }}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {act.error && <ProblemNote error={act.error} tried={tried} />}
        <div className={styles.acts}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={name.trim() === ''}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
