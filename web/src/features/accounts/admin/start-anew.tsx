import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { PasswordDialog } from '../password-dialog.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { peopleOptions, type Person, type Reset, resetPerson } from './api.ts';
import { InvitationOnce } from './invitation-once.tsx';

/** For somebody who has lost both password and recovery kit. */
export function StartAnew({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [made, setMade] = useState<Reset | null>(null);
  if (made) {
    const until = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(Date.parse(made.closedUntilTime));
    return (
      <Dialog onClose={onClose} title="Hand on the invitation" closeOnClickOutside={false}>
        <div className={styles.dialog}>
          <InvitationOnce invite={made.invite} />
          <p>If the recovery kit turns up, it opens the old account again until {until}.</p>
          <div className={styles.dialogActs}>
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <PasswordDialog
      title="Start the account anew"
      act="Start it anew"
      danger
      run={(password) => resetPerson(person.accountId, password)}
      onClose={onClose}
      onDone={(reset) => {
        setMade(reset);
        void queries.invalidateQueries(peopleOptions);
      }}
    >
      <p>
        For <bdi>{person.name}</bdi>, who has lost both password and recovery kit. The account is closed, and you get an
        invitation with which they sign up again under <bdi>{person.email}</bdi>.
      </p>
      <p>
        What they stored does not come along: only their recovery kit opens it, for 30 days. You cannot open it either.
      </p>
    </PasswordDialog>
  );
}
