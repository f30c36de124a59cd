import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { changingSession } from '../../base/requests/session.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { logIn, meOptions } from './api.ts';
import styles from './forms.module.css';

/** `onDone` decides whether this page goes on: what waits in it for the session may be somebody else's. */
export function LogInForm({ onDone }: { readonly onDone: (accountId: string) => void }) {
  const queries = useQueryClient();
  const [email, setEmail] = useState(queries.getQueryData(meOptions.queryKey)?.email ?? '');
  const [password, setPassword] = useState('');
  const act = useMutation({
    mutationFn: () => logIn({ email, password }),
    onSuccess: ({ account }) => {
      changingSession.set(false);
      onDone(account.accountId);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {act.error && <ProblemNote error={act.error} tried="Log in" />}
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus={email === ''}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus={email !== ''}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
      />
      <Button type="submit" loading={act.isPending}>
        Log in
      </Button>
    </form>
  );
}
