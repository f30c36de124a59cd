import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { table } from '../../../base/lists/table.ts';
import { PasswordDialog } from '../password-dialog.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { rotateWorkspaceKey, workspaceKeyOptions } from './api.ts';

const states = { writes: 'In use', verifies: 'Older: still checks what it signed', ready: 'Ready, not in use yet' };

/** The key that stands behind every password; it never leaves the server in clear. */
export function WorkspaceKeys() {
  const queries = useQueryClient();
  const keys = useQuery(workspaceKeyOptions);
  const [asking, setAsking] = useState(false);
  return (
    <section className={styles.section} aria-labelledby="workspace-key">
      <h2 id="workspace-key">Workspace key</h2>
      <p>
        It stands behind every password and signs the audit trail. Make a new one when its file may be in wrong hands;
        what the older ones signed stays valid, and passwords move to the new one at their next log-in.
      </p>
      {keys.error && <ProblemNote error={keys.error} tried="List the workspace keys" />}
      {keys.data && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Workspace keys">
            <thead>
              <tr>
                <th scope="col">Number</th>
                <th scope="col">Fingerprint</th>
                <th scope="col">State</th>
                <th scope="col" className={table.wide}>
                  Since
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.keys.map(({ generation, fingerprint, state, sinceTime }) => (
                <tr key={generation}>
                  <td>{generation}</td>
                  <td>
                    <code title={fingerprint}>{fingerprint.slice(0, 16)}</code>
                  </td>
                  <td>{states[state]}</td>
                  <td className={table.wide}>{sinceTime !== null && <Time>{sinceTime}</Time>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={styles.row}>
        <Button variant="default" onClick={() => setAsking(true)}>
          Make a new workspace key
        </Button>
      </div>
      {asking && (
        <PasswordDialog
          title="Make a new workspace key"
          act="Make a new key"
          run={rotateWorkspaceKey}
          onClose={() => setAsking(false)}
          onDoneHere={() => setAsking(false)}
          onDone={({ generation }) => {
            void queries.invalidateQueries(workspaceKeyOptions);
            showToast({ text: `Workspace key ${generation} is in use.` });
          }}
        >
          <p>
            Nothing is lost. The key file of the server changes: copy it to where you keep it safe again, because
            without it no password opens anything.
          </p>
        </PasswordDialog>
      )}
    </section>
  );
}
