import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { type BotView, makeBot } from './api.ts';
import { accessWords } from './bot-act.ts';
import { SecretsOnce } from './secrets-once.tsx';

export interface MakeBotProps {
  readonly roomId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function MakeBot({ roomId, onDone, onClose }: MakeBotProps) {
  const [name, setName] = useState('');
  const [access, setAccess] = useState<BotView['access']>('write');
  const [withToken, setWithToken] = useState(false);
  const act = useMutation({
    mutationFn: () => makeBot(roomId, { name: name.trim(), access, token: withToken }),
    onSuccess({ bot, token }) {
      onDone();
      if (token !== null) return;
      showToast({ text: `\u2068${bot.name}\u2069 is in the room. Give it a webhook to speak by.` });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate(undefined, {
      onSuccess({ token: made }) {
        if (made === null) onClose();
      },
    });
  };
  const token = act.data?.token ?? null;
  return (
    <Dialog onClose={onClose} title={token === null ? 'Make a bot' : 'Copy it now'} closeOnClickOutside={false}>
      {token !== null ? (
        <SecretsOnce secrets={[{ label: 'Token', secret: token }]} onClose={onClose}>
          The program sends this token with each request.
        </SecretsOnce>
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <TextInput
            label="What it is called"
            placeholder="Grafana"
            description="As neither a person nor another bot is."
            required
            withAsterisk={false}
            maxLength={32}
            autoComplete="off"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="What it may"
            description="For good. An outgoing webhook needs one that reads."
            data={Object.entries(accessWords).map(([value, label]) => ({ value, label }))}
            value={access}
            onChange={(event) => setAccess(event.currentTarget.value as BotView['access'])}
          />
          <Checkbox
            label="With a token"
            description="For HTTP and the live connection. By webhooks alone it speaks without one."
            checked={withToken}
            onChange={(event) => setWithToken(event.currentTarget.checked)}
          />
          {act.error && <ProblemNote error={act.error} tried="Make a bot" />}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending} disabled={name.trim() === ''}>
              Make it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
