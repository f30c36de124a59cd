import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { meOptions, useMe } from '../api.ts';
import forms from '../forms.module.css';
import { renewSession } from '../leave.ts';
import { NewPasswordField } from '../password-field.tsx';
import { changePassword, sessionsOptions } from './api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

export function ChangePassword() {
  const me = useMe();
  const queries = useQueryClient();
  const [currentPassword, setCurrentPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const act = useMutation({
    mutationFn: () => renewSession(() => changePassword({ currentPassword, newPassword })),
    onSuccess: ({ endedSessions }) => {
      setCurrentPassword('');
      setNewPassword('');
      showToast({ text: `The password is changed. ${counted(endedSessions, 'other session')} ended.` });
      void queries.invalidateQueries(sessionsOptions);
      void queries.invalidateQueries(meOptions);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  if (!me) return null;
  return (
    <section className={styles.section} aria-labelledby="change-password">
      <h2 id="change-password">Password</h2>
      <p className="soft">
        Set <Time within>{me.passwordChangedTime}</Time>. A new one ends all other sessions; your files and your
        recovery kit stay as they are.
      </p>
      <form className={forms.form} onSubmit={submit}>
        <input type="hidden" name="email" autoComplete="username" value={me.email} />
        <PasswordInput
          label="Password now"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        />
        <NewPasswordField
          label="New password"
          value={newPassword}
          onChange={setNewPassword}
          asked={{ hints: [me.name, me.email, me.handle] }}
          judged
        />
        {act.error && <ProblemNote error={act.error} tried="Change the password" />}
        <div className={styles.row}>
          <Button type="submit" loading={act.isPending}>
            Change the password
          </Button>
        </div>
      </form>
    </section>
  );
}
