import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { type BotView, renewToken } from './api.ts';
import type { MakeBotProps } from './make-bot.tsx';
import { SecretsOnce } from './secrets-once.tsx';

export function RenewToken({ roomId, bot, onDone, onClose }: MakeBotProps & { readonly bot: BotView }) {
  const { botId, name, hasToken } = bot;
  const title = hasToken ? 'Make another token' : 'Make a token';
  const act = useMutation({ mutationFn: () => renewToken(roomId, botId), onSuccess: onDone });
  return (
    <Dialog onClose={onClose} title={act.data ? 'Copy it now' : title} closeOnClickOutside={false}>
      {act.data ? (
        <SecretsOnce secrets={[{ label: 'Token', secret: act.data.token }]} onClose={onClose}>
          <bdi>{name}</bdi> sends this token with each request.
        </SecretsOnce>
      ) : (
        <div className={sections.dialog}>
          <p>
            {hasToken ? (
              <>
                The token that <bdi>{name}</bdi> has now is worth nothing from then on, and what is connected with it
                ends within half a minute.
              </>
            ) : (
              <>
                With it <bdi>{name}</bdi> comes in over HTTP and the live connection.
              </>
            )}
          </p>
          {act.error && <ProblemNote error={act.error} tried={title} />}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={act.isPending} onClick={() => act.mutate()}>
              Make it
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
