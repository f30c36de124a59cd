/** For acts that hand out or change keys: says what will happen, and asks for the password again. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections as styles } from '../../base/pages/sections.ts';

export interface PasswordDialogProps<Made> {
  readonly title: string;
  /** What happens, and what is lost. */
  readonly children: ReactNode;
  /** What the button says. */
  readonly act: string;
  readonly danger?: boolean;
  /** To be typed first; only where nothing brings back what goes. */
  readonly typed?: string;
  readonly run: (password: string) => Promise<Made>;
  readonly onDone: (made: Made) => unknown;
  /** It is done while this is open: by the time of a late answer another dialog may stand in its place. */
  readonly onDoneHere?: () => void;
  readonly onClose: () => void;
}

export function PasswordDialog<Made>(props: PasswordDialogProps<Made>) {
  const { title, children, act, danger = false, typed, run, onDone, onDoneHere, onClose } = props;
  const [password, setPassword] = useState('');
  const [words, setWords] = useState('');
  const doing = useMutation({ mutationFn: () => run(password), onSuccess: onDone });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    doing.mutate(undefined, { onSuccess: () => onDoneHere?.() });
  };
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={false}>
      <form className={styles.dialog} onSubmit={submit}>
        {children}
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <bdi>{typed}</bdi> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label="Your password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus={typed === undefined || undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        />
        {doing.error && <ProblemNote error={doing.error} tried={title} />}
        <div className={styles.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={doing.isPending}
            disabled={typed !== undefined && words.trim() !== typed}
            {...(danger ? { color: 'red' } : {})}
          >
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
