import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { removeBot, removeHook, removeOutgoing } from './api.ts';
import type { BotAct } from './bot-act.ts';
import { AddHook } from './add-hook.tsx';
import { AddOutgoing } from './add-outgoing.tsx';
import { MakeBot } from './make-bot.tsx';
import { RenewToken } from './renew-token.tsx';

export interface BotActDialogProps {
  readonly roomId: string;
  readonly doing: BotAct;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function BotActDialog({ roomId, doing, onDone, onClose }: BotActDialogProps) {
  const common = { roomId, onDone, onClose };
  switch (doing.act) {
    case 'make':
      return <MakeBot {...common} />;
    case 'token':
      return <RenewToken {...common} bot={doing.bot} />;
    case 'hook':
      return <AddHook {...common} bot={doing.bot} />;
    case 'outgoing':
      return <AddOutgoing {...common} bot={doing.bot} />;
    case 'remove':
      return (
        <Removal
          {...common}
          title={`Remove \u2068${doing.bot.name}\u2069`}
          run={() => removeBot(roomId, doing.bot.botId)}
        >
          It leaves this room, and its webhooks here end. With its last room the bot is gone, and its token worth
          nothing.
        </Removal>
      );
    case 'removeHook':
      return (
        <Removal {...common} title="Remove the incoming webhook" run={() => removeHook(roomId, doing.hook.hookId)}>
          Its address is worth nothing from then on: whatever speaks by it is heard no more.
        </Removal>
      );
    case 'removeOutgoing':
      return (
        <Removal {...common} title="Remove the outgoing webhook" run={() => removeOutgoing(roomId, doing.hook.hookId)}>
          <bdi>{doing.hook.host}</bdi> is told nothing of this room any more. Its secret ends.
        </Removal>
      );
  }
}

interface RemovalProps extends Pick<BotActDialogProps, 'onDone' | 'onClose'> {
  readonly title: string;
  readonly run: () => Promise<void>;
  readonly children: ReactNode;
}

function Removal({ title, run, children, onDone, onClose }: RemovalProps) {
  const act = useMutation({ mutationFn: run, onSuccess: onDone });
  return (
    <Dialog onClose={onClose} title={title}>
      <div className={sections.dialog}>
        <p>{children}</p>
        {act.error && <ProblemNote error={act.error} tried={title} />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={act.isPending} onClick={() => act.mutate(undefined, { onSuccess: onClose })}>
            Remove it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
