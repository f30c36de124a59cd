import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SecretOnce } from '../../../base/saving/secret-once.tsx';
import { useMe } from '../api.ts';
import { type AppPasswordRequest, appPasswordsOptions, makeAppPassword } from './api.ts';
import { scopes } from './app-password-scopes.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

type Scope = AppPasswordRequest['scope'];

export function MakeAppPassword({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [label, setLabel] = useState('');
  const [scope, setScope] = useState<Scope>('files');
  const [password, setPassword] = useState('');
  const act = useMutation({
    mutationFn: () => makeAppPassword({ label, scope, password }),
    onSuccess: () => {
      setPassword('');
      void queries.invalidateQueries(appPasswordsOptions);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  const made = act.data;
  const isAdmin = useMe()?.role === 'admin';
  // What a guard reports is the admins' business, so they alone let one report.
  const offered = Object.entries(scopes).filter(([value]) => value !== 'agent' || isAdmin);

  return (
    <Dialog onClose={onClose} title={made ? 'Copy it now' : 'Make an app password'} closeOnClickOutside={false}>
      {made ? (
        <div className={styles.dialog}>
          <p>
            Give this to “<bdi>{made.label}</bdi>”, with your e-mail address as the user name. It is shown this once and
            kept nowhere.
          </p>
          <SecretOnce label="App password" secret={made.appPassword} />
          <div className={styles.dialogActs}>
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      ) : (
        <form className={styles.dialog} onSubmit={submit}>
          <TextInput
            label="Which program, on which device"
            placeholder="rclone on the NAS"
            required
            withAsterisk={false}
            maxLength={100}
            data-autofocus
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <NativeSelect
            label="What it opens"
            description={scopes[scope].about}
            data={offered.map(([value, { label }]) => ({ value, label }))}
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value as Scope)}
          />
          <PasswordInput
            label="Your password"
            description="Asked again, because this hands out a key."
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          />
          {act.error && <ProblemNote error={act.error} tried="Make an app password" />}
          <div className={styles.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending}>
              Make it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
