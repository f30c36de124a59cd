/** Asks for the reason of an act about a message or a person, does it, and tells what came of it. */
import { Checkbox } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import type { MessageId, MessageView, RoomView } from '../api.ts';
import { hideMessage, lift, moderationOf, reportMessage, restoreMessage } from './api.ts';
import type { Moderating } from './moderating.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { RestrictDialog } from './restrict-dialog.tsx';

const HEARD = 'Told to whom it concerns, and kept for the moderators of the room.';

export interface ModeratingDialogProps {
  readonly room: Pick<RoomView, 'roomId' | 'kind'>;
  readonly moderating: Moderating;
  readonly onChanged?: ((message: MessageView) => void) | undefined;
  readonly onClose: () => void;
}

export function ModeratingDialog({ room, moderating, onChanged, onClose }: ModeratingDialogProps) {
  const { roomId } = room;
  const queries = useQueryClient();
  const done = async (text: string, work: Promise<MessageView | void>): Promise<void> => {
    const changed = await work;
    if (changed) onChanged?.(changed);
    void queries.invalidateQueries({ queryKey: moderationOf(roomId) });
    showToast({ text });
  };
  switch (moderating.act) {
    case 'report':
      return <ReportDialog room={room} message={moderating.message} onClose={onClose} />;
    case 'hide':
      return (
        <ReasonDialog
          title="Hide the message"
          act="Hide it"
          hint={HEARD}
          run={(reason) => done('The message is hidden.', hideMessage(moderating.message, reason))}
          onClose={onClose}
        >
          <p>
            It keeps its place. From then on moderators alone can read it, and its author hears why. You can restore it.
          </p>
        </ReasonDialog>
      );
    case 'restore':
      return (
        <ReasonDialog
          title="Restore the message"
          act="Restore it"
          hint={HEARD}
          run={(reason) => done('Everybody can read it again.', restoreMessage(moderating.message, reason))}
          onClose={onClose}
        >
          <p>Everybody in the room can read it again.</p>
        </ReasonDialog>
      );
    case 'restrict':
      return <RestrictDialog roomId={roomId} subject={moderating.whom} onDone={done} onClose={onClose} />;
    case 'lift': {
      const { restrictionId, what, name } = moderating.restriction;
      return (
        <ReasonDialog
          title={what === 'mute' ? 'Let somebody write again' : 'Let somebody in again'}
          act={what === 'mute' ? 'Lift the mute' : 'Lift the ban'}
          hint={HEARD}
          run={(reason) =>
            done(what === 'mute' ? 'The mute is lifted.' : 'The ban is lifted.', lift(roomId, restrictionId, reason))
          }
          onClose={onClose}
        >
          <p>
            <bdi>{name}</bdi> {what === 'mute' ? 'may write here again at once.' : 'may enter the room again at once.'}
          </p>
        </ReasonDialog>
      );
    }
  }
}

function ReportDialog({
  room,
  message,
  onClose,
}: Pick<ModeratingDialogProps, 'room' | 'onClose'> & { readonly message: MessageId }) {
  const isDirect = room.kind === 'direct';
  const [isForAdmins, setForAdmins] = useState(false);
  return (
    <ReasonDialog
      title="Report the message"
      act="Report it"
      label="What is wrong with it"
      hint="Read with your copy of the message by those who decide."
      maxLength={2000}
      run={async (reason) => {
        await reportMessage(message, { reason, to: isForAdmins || isDirect ? 'admins' : 'moderators' });
        showToast({ text: 'Reported. Those who decide can read your copy of the message.' });
      }}
      onClose={onClose}
    >
      <p>
        {isDirect
          ? 'Your copy of this one message goes to the admins of the workspace. Nothing else of the conversation is opened.'
          : 'Your copy of the message goes to the moderators of the room. Its author is not told who reported it.'}
      </p>
      {!isDirect && (
        <Checkbox
          label="To the admins of the workspace instead"
          description="Where a moderator is the trouble."
          checked={isForAdmins}
          onChange={(event) => setForAdmins(event.currentTarget.checked)}
        />
      )}
    </ReasonDialog>
  );
}
