import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import IconX from '@tabler/icons-react/icons/IconX';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { Name } from '../../../base/text/bits.tsx';
import { useMe } from '../../accounts/api.ts';
import { peopleOptions, roomsOptions, startConversation } from '../api.ts';
import { PresenceDot } from '../presence/presence-dot.tsx';
import { withRoom } from '../line/rooms-news.ts';
import styles from './start-conversation.module.css';

/** More say less; a letter narrows them. */
const MOST = 12;

/** With one other person, or a few. */
export function StartConversation({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useMe()?.handle;
  const people = useQuery(peopleOptions);
  const [typed, setTyped] = useState('');
  const [handles, setHandles] = useState<readonly string[]>([]);
  const letters = typed.trim().replace(/^@/, '').toLowerCase();
  const fitting = (people.data ?? [])
    .filter(({ handle, name }) => handle !== me && `${handle} ${name}`.toLowerCase().includes(letters))
    .filter(({ handle }) => !handles.includes(handle))
    .slice(0, MOST);
  const toggle = (handle: string): void => {
    setTyped('');
    setHandles(handles.includes(handle) ? handles.filter((each) => each !== handle) : [...handles, handle]);
  };
  const act = useMutation({
    mutationFn: () => startConversation(handles),
    onSuccess(room) {
      queries.setQueryData(roomsOptions.queryKey, (now) => now && [...withRoom(now, room)]);
    },
  });
  // Nobody is led away who has left the dialog, and is at something else by the time of the answer.
  const start = (): void =>
    act.mutate(undefined, {
      onSuccess({ roomId }) {
        onClose();
        void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
      },
    });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const [first] = fitting;
    // Enter takes who is found first, and with nobody written it starts.
    if (letters !== '' && first) toggle(first.handle);
    else start();
  };
  return (
    <Dialog onClose={onClose} title="New conversation">
      <form className={sections.dialog} onSubmit={submit}>
        <TextInput
          label="With whom"
          description="The same people have one conversation, and nobody is added to it later."
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {handles.length > 0 && (
          <ul className={styles.people} aria-label="Chosen">
            {handles.map((handle) => (
              <li key={handle}>
                <Button
                  size="compact-sm"
                  variant="light"
                  rightSection={<IconX size={14} aria-hidden />}
                  aria-label={`Not with ${handle}`}
                  onClick={() => toggle(handle)}
                >
                  <Name className={styles.person}>{handle}</Name>
                </Button>
              </li>
            ))}
          </ul>
        )}
        {people.error && <ProblemNote error={people.error} tried="Show who is there" />}
        <ul className={styles.people} aria-label="People">
          {fitting.map(({ accountId, handle, name }) => (
            <li key={accountId}>
              <Button size="compact-sm" variant="default" onClick={() => toggle(handle)}>
                <PresenceDot accountId={accountId} />
                <Name className={styles.person}>{name}</Name>
              </Button>
            </li>
          ))}
        </ul>
        {act.error && <ProblemNote error={act.error} tried="Start the conversation" />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={handles.length === 0}>
            Start it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
