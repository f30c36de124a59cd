import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { WhoAmIReply } from '../api.ts';
import { farewell } from '../farewell.ts';
import { endSession } from '../leave.ts';
import { PasswordDialog } from '../password-dialog.tsx';
import { deleteAccount } from './api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

export function DeleteAccount({ me }: { readonly me: WhoAmIReply }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <section className={styles.section} aria-labelledby="delete-account">
      <h2 id="delete-account">Delete the account</h2>
      <p>Everything in your drive goes with it, for ever. Download first what you want to keep.</p>
      <div className={styles.row}>
        <Button variant="outline" color="red" onClick={() => setAsking(true)}>
          Delete my account
        </Button>
      </div>
      {asking && (
        <PasswordDialog
          title="Delete my account"
          act="Delete the account and all files"
          danger
          typed={me.email}
          run={(password) => endSession(() => deleteAccount(password))}
          onClose={() => setAsking(false)}
          onDone={(deletion) => {
            farewell.set(deletion);
            void navigate({ to: '/account-deleted', replace: true }).then(() => queries.clear());
          }}
        >
          <p>This is lost, and nobody can bring it back, neither an admin nor your recovery kit:</p>
          <ul>
            <li>every file in your drive, with all versions and the trash</li>
            <li>every key of your account, in the records and in both stores</li>
            <li>all sessions and app passwords</li>
          </ul>
        </PasswordDialog>
      )}
    </section>
  );
}
