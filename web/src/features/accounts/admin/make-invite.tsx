import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { roles } from '../roles.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type InviteRequest, invitesOptions, makeInvite } from './api.ts';
import { InvitationOnce } from './invitation-once.tsx';

type Role = NonNullable<InviteRequest['role']>;

/** Members invite members and guests; admins anybody. */
export function MakeInvite({ asAdmin, onClose }: { readonly asAdmin: boolean; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [password, setPassword] = useState('');
  const act = useMutation({
    mutationFn: () =>
      makeInvite({
        role,
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(role === 'admin' ? { password } : {}),
      }),
    onSuccess: () => queries.invalidateQueries(invitesOptions),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  const data = Object.entries(roles)
    .filter(([value]) => asAdmin || value !== 'admin')
    .map(([value, { label }]) => ({ value, label }));

  return (
    <Dialog
      onClose={onClose}
      title={act.data ? 'Hand on the invitation' : 'Invite somebody'}
      closeOnClickOutside={false}
    >
      {act.data ? (
        <div className={styles.dialog}>
          <InvitationOnce invite={act.data} />
          <div className={styles.dialogActs}>
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      ) : (
        <form className={styles.dialog} onSubmit={submit}>
          <TextInput
            label="E-mail"
            description="Only this address can use it. Leave it empty for whoever has the link."
            type="email"
            autoComplete="off"
            data-autofocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NativeSelect
            label="Role"
            description={roles[role].about}
            data={data}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          {role === 'admin' && (
            <PasswordInput
              label="Your password"
              description="An admin gets a copy of the workspace key."
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
            />
          )}
          {act.error && <ProblemNote error={act.error} tried="Invite somebody" />}
          <div className={styles.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending}>
              Make the invitation
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
