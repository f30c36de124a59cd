import { Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { roomsOptions, sendMessage } from '../api.ts';
import { newMessageId } from '../line/message-id.ts';
import { useRoomNames } from '../names.ts';

export interface ShareInRoomProps {
  readonly file: { readonly driveId: string; readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

/** Sends a file of a drive to a room, as it is now. */
export function ShareInRoom({ file, onClose }: ShareInRoomProps) {
  const rooms = useQuery(roomsOptions);
  const open = (rooms.data ?? []).filter(({ archived }) => !archived);
  const names = useRoomNames(open);
  const [roomId, setRoomId] = useState<string | null>(null);
  const [text, setText] = useState('');
  // One id from the start: after a lost answer it is the same message.
  const [messageId] = useState(() => newMessageId(Date.now()));
  const navigate = useNavigate();
  const act = useMutation({
    mutationFn: (to: string) => {
      const attachments = [{ driveId: file.driveId, entryId: file.id }];
      return sendMessage(to, { text: text.trim(), messageId, attachments });
    },
    onSuccess({ flagged }) {
      if (flagged) showToast({ text: flagged.explanation });
    },
  });
  const choices = open.map((room, at) => ({
    value: room.roomId,
    label: room.kind === 'direct' ? (names[at] ?? '') : `#${room.name}`,
  }));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (roomId === null) return;
    act.mutate(roomId, {
      // Nobody is led away who has left the dialog, and is at something else by the time of the answer.
      onSuccess() {
        onClose();
        void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
      },
    });
  };
  return (
    <Dialog onClose={onClose} title={<>Share {<bdi>{file.name}</bdi>} in a room</>}>
      <form className={sections.dialog} onSubmit={submit}>
        <Select
          label="Room or conversation"
          placeholder="Choose one"
          searchable
          data={choices}
          value={roomId}
          onChange={setRoomId}
          nothingFoundMessage="There is no such room that you can enter"
          data-autofocus
        />
        <TextInput
          label="Message"
          description="It can stay empty."
          dir="auto"
          autoComplete="off"
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <p>
          <strong>Everyone in this room, now and later,</strong> can open the file as it is at this moment, until you
          stop sharing. Versions that are stored later are not shared.
        </p>
        {rooms.error && <ProblemNote error={rooms.error} tried="List the rooms" />}
        {act.error && <ProblemNote error={act.error} tried={`Share “${file.name}”`} />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={roomId === null}>
            Share with the room
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
