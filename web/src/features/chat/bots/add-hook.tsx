import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { addHook, type BotView } from './api.ts';
import type { MakeBotProps } from './make-bot.tsx';
import { SecretsOnce } from './secrets-once.tsx';

/** An address by which a program speaks as the bot. */
export function AddHook({ roomId, bot, onDone, onClose }: MakeBotProps & { readonly bot: BotView }) {
  const { botId, name } = bot;
  const title = 'Add an incoming webhook';
  const [label, setLabel] = useState('');
  const [signed, setSigned] = useState(false);
  const act = useMutation({
    mutationFn: () => addHook(roomId, botId, { label: label.trim(), signed }),
    onSuccess: onDone,
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  const made = act.data;
  return (
    <Dialog onClose={onClose} title={made ? 'Copy it now' : title} closeOnClickOutside={false}>
      {made ? (
        <SecretsOnce
          secrets={[
            { label: 'Address', secret: `${location.origin}${made.path}` },
            ...(made.secret === null ? [] : [{ label: 'Secret to sign with', secret: made.secret }]),
          ]}
          onClose={onClose}
        >
          Whoever has {made.secret === null ? 'this address' : 'both'} speaks as <bdi>{name}</bdi>.
        </SecretsOnce>
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <p>
            An address by which a program says something here as <bdi>{name}</bdi>. It takes what is sent to Slack.
          </p>
          <TextInput
            label="What it is for"
            placeholder="Disks of the NAS"
            maxLength={100}
            dir="auto"
            data-autofocus
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Checkbox
            label="Take signed requests alone"
            description="After Standard Webhooks, with a secret that comes with the address."
            checked={signed}
            onChange={(event) => setSigned(event.currentTarget.checked)}
          />
          {act.error && <ProblemNote error={act.error} tried={title} />}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending}>
              Add it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
