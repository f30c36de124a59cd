import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { addOutgoing, type BotView } from './api.ts';
import type { MakeBotProps } from './make-bot.tsx';
import { SecretsOnce } from './secrets-once.tsx';

/** Tells a program elsewhere what people say in the room. */
export function AddOutgoing({ roomId, bot, onDone, onClose }: MakeBotProps & { readonly bot: BotView }) {
  const { botId, name, access } = bot;
  const title = 'Add an outgoing webhook';
  const [url, setUrl] = useState('');
  const [label, setLabel] = useState('');
  const [words, setWords] = useState('');
  const act = useMutation({
    mutationFn: () => {
      const triggers = words.split(/[\s,]+/).filter((word) => word !== '');
      return addOutgoing(roomId, botId, { url: url.trim(), label: label.trim(), triggers });
    },
    onSuccess: () => {
      setUrl('');
      onDone();
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <Dialog onClose={onClose} title={act.data ? 'Copy it now' : title} closeOnClickOutside={false}>
      {act.data ? (
        <SecretsOnce secrets={[{ label: 'Secret', secret: act.data.secret }]} onClose={onClose}>
          Every request is signed with this secret (Standard Webhooks), so that the receiver knows who asks.
        </SecretsOnce>
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <p>
            What people say in this room is handed to whoever runs the receiver.{' '}
            {access === 'both' && (
              <>
                What it answers is said by <bdi>{name}</bdi>.
              </>
            )}
          </p>
          <TextInput
            label="Address of the receiver"
            type="url"
            placeholder="https://hooks.example.org/room"
            description="Kept encrypted; only its host is shown again."
            required
            withAsterisk={false}
            maxLength={2048}
            autoComplete="off"
            data-autofocus
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label="What it is for"
            maxLength={100}
            dir="auto"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <TextInput
            label="Only messages that hold one of these words"
            placeholder="!deploy @helper"
            description="Words with blanks between. Empty: all that people say."
            maxLength={1300}
            autoComplete="off"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          {act.error && <ProblemNote error={act.error} tried={title} />}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending} disabled={url.trim() === ''}>
              Add it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
