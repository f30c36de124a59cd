import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { useMe } from '../../accounts/api.ts';
import { makeRoom, roomsOptions } from '../api.ts';
import { withRoom } from '../line/rooms-news.ts';

export function NewRoom({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const isGuest = useMe()?.role === 'guest';
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [kind, setKind] = useState<'public' | 'private'>(isGuest ? 'private' : 'public');
  const act = useMutation({
    mutationFn: () =>
      makeRoom({ name: name.trim().replace(/^#/, ''), kind, ...(topic.trim() === '' ? {} : { topic: topic.trim() }) }),
    onSuccess(room) {
      queries.setQueryData(roomsOptions.queryKey, (now) => now && [...withRoom(now, room)]);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate(undefined, {
      // Nobody is led away who has left the dialog, and is at something else by the time of the answer.
      onSuccess({ roomId }) {
        onClose();
        void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
      },
    });
  };
  return (
    <Dialog onClose={onClose} title="New room">
      <form className={sections.dialog} onSubmit={submit}>
        <TextInput
          label="Name"
          description="Without blanks, as in press-work."
          dir="auto"
          required
          withAsterisk={false}
          autoComplete="off"
          data-autofocus
          maxLength={65}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Topic"
          description="What is talked about here. It can stay empty."
          dir="auto"
          autoComplete="off"
          maxLength={500}
          value={topic}
          onChange={(event) => setTopic(event.currentTarget.value)}
        />
        <Radio.Group label="Who can enter" value={kind} onChange={(value) => setKind(value)}>
          <div className={sections.choices}>
            <Radio
              value="public"
              label="Everybody in this workspace but guests"
              disabled={isGuest}
              description="Whoever comes later reads what was said before."
            />
            <Radio
              value="private"
              label="Only those who are added"
              description="Nobody else sees that there is such a room."
            />
          </div>
        </Radio.Group>
        {act.error && <ProblemNote error={act.error} tried={`Make the room “${name}”`} />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={name.trim() === ''}>
            Make the room
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
