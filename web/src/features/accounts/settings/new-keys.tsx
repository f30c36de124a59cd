import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { renewSession } from '../leave.ts';
import { freshKit } from '../fresh-kit.ts';
import { loadKitPage } from '../load-kit-page.ts';
import { PasswordDialog } from '../password-dialog.tsx';
import { rotateAccount } from './api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

/** After a leak, or when the recovery kit is gone. */
export function NewKeys() {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <section className={styles.section} aria-labelledby="new-keys">
      <h2 id="new-keys">New keys</h2>
      <p>
        When the recovery kit is lost, or a key may be in wrong hands. You get a new recovery kit, and what you store
        from then on is encrypted with new keys. The password stays.
      </p>
      <div className={styles.row}>
        <Button variant="default" onClick={() => setAsking(true)}>
          Make new keys
        </Button>
      </div>
      {asking && (
        <PasswordDialog
          title="Make new keys"
          act="Make new keys"
          run={async (password) => {
            await loadKitPage();
            return await renewSession(() => rotateAccount(password));
          }}
          onClose={() => setAsking(false)}
          onDone={({ account, recoveryKey, recoveryKit }) => {
            queries.clear();
            freshKit.set({ email: account.email, recoveryKey, recoveryKit });
            void navigate({ to: '/recovery-kit' });
          }}
        >
          <p>This is lost:</p>
          <ul>
            <li>the recovery kit that you have: it opens nothing any more</li>
            <li>all your other sessions, and all app passwords</li>
          </ul>
          <p className="soft">
            Your files stay and open as before. Who copied the old keys could still open copies of what was stored
            before.
          </p>
        </PasswordDialog>
      )}
    </section>
  );
}
