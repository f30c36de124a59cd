import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { changingSession, sessionEnded } from '../../base/requests/session.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { recover } from './api.ts';
import styles from './forms.module.css';
import { Outside } from '../../base/pages/outside.tsx';
import { NewPasswordField } from './password-field.tsx';

export function RecoverPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [recoveryKey, setRecoveryKey] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const act = useMutation({
    mutationFn: () => recover({ email, recoveryKey, newPassword }),
    onSuccess: () => {
      queries.clear();
      sessionEnded.set(false);
      changingSession.set(false);
      void navigate({ to: '/files', replace: true });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <Outside
      title="Set a new password"
      lead="The recovery kit that you got at sign-up lets you in. All other sessions end; the same kit stays good."
      foot={<Link to="/log-in">Back to logging in</Link>}
    >
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Recovery key"
          description="The line of the kit that starts with AGE-SECRET-KEY."
          autoComplete="off"
          spellCheck={false}
          required
          withAsterisk={false}
          value={recoveryKey}
          onChange={(event) => setRecoveryKey(event.currentTarget.value)}
        />
        <NewPasswordField
          label="New password"
          value={newPassword}
          onChange={setNewPassword}
          asked={{ hints: [email] }}
          judged={false}
        />
        {act.error && <ProblemNote error={act.error} tried="Set the new password" />}
        <Button type="submit" loading={act.isPending}>
          Set the password and log in
        </Button>
      </form>
      <p className="soft">
        Without the password and without the kit nobody can open your personal files, the person who runs this workspace
        included. They can start your account anew, without what was in it.
      </p>
    </Outside>
  );
}
