import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { keepAnswer } from '../../../base/requests/keep-answer.ts';
import { PasswordDialog } from '../../accounts/password-dialog.tsx';
import { roleWords } from './store-words.ts';
import { beginMove, type Store, storesOptions } from './stores-api.ts';

/** Begins to bring a store to another place, while everybody goes on working. */
export function MoveStore({ name, onClose }: { readonly name: Store['name']; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const { inside, variable } = roleWords[name];
  return (
    <PasswordDialog
      title={`Move ${inside} to another place`}
      act="Begin the move"
      run={(password) => beginMove(name, { url: url.trim(), password })}
      onDone={async (now) => {
        await keepAnswer(queries, storesOptions, now);
        showToast({ text: 'The move has begun. It goes on by itself, also after a restart.' });
      }}
      onDoneHere={onClose}
      onClose={onClose}
    >
      <p>
        Everything is copied and verified in the background, without a key. Nothing of the present place is changed, and
        it is used until the server is started with the new one.
      </p>
      <TextInput
        label="Where to"
        description={`An empty folder of the server, or a bucket; as ${variable} names it.`}
        placeholder="s3://acme-holdfast/team?region=eu-central-1"
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        maxLength={2048}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
    </PasswordDialog>
  );
}
