import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type ChannelView, everyChannel, removeChannel } from './api.ts';

/** Nobody can give its secrets back, so that the name is asked for. */
export function RemoveChannel({ channel, onClose }: { readonly channel: ChannelView; readonly onClose: () => void }) {
  const { channelId, name, personal } = channel;
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => removeChannel(channelId),
    onSuccess() {
      void queries.invalidateQueries(everyChannel);
      showToast({ text: `Removed “\u2068${name}\u2069”. Nothing leaves by it any more.` });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    remove.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title={`Remove “${name}”`}>
      <form className={styles.dialog} onSubmit={submit}>
        <p>This is lost, and has to be set up anew to come back:</p>
        <ul>
          <li>the configuration with its secrets</li>
          <li>letters that wait for it; notices stay in everybody’s feed</li>
          {personal && <li>the addresses that people have named on it</li>}
        </ul>
        <TextInput
          label={
            <>
              Type <bdi>{name}</bdi> to remove it
            </>
          }
          autoComplete="off"
          dir="auto"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {remove.error && <ProblemNote error={remove.error} tried={`Remove “${name}”`} />}
        <div className={styles.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={remove.isPending} disabled={typed.trim() !== name.trim()}>
            Remove the channel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
