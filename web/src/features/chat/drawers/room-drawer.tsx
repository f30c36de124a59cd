/** About a room: what it is called, who is in it, what this person wants to hear of it, and what its owners decide. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { SideDrawer } from '../../../base/dialogs/dialog.tsx';
import { counted, formatDay } from '../../../base/text/format.ts';
import { sections } from '../../../base/pages/sections.ts';
import { useMe } from '../../accounts/api.ts';
import {
  changeRoom,
  exportUrl,
  type Level,
  membersOptions,
  removeMember,
  roomsOptions,
  type RoomChanges,
  type RoomView,
  setLevel,
  setMember,
} from '../api.ts';
import { lookAtRoom } from '../line/chat-line.ts';
import styles from './room-drawer.module.css';
import { Retention } from './retention.tsx';
import { type Act, RoomMembers } from './room-members.tsx';

const levels: readonly { readonly value: Level; readonly label: string }[] = [
  { value: 'all', label: 'Every message' },
  { value: 'mentions', label: 'Only what names me' },
  { value: 'none', label: 'Nothing' },
];

export interface RoomDrawerProps {
  readonly room: RoomView;
  readonly name: string;
  readonly onClose: () => void;
}

export function RoomDrawer({ room, name, onClose }: RoomDrawerProps) {
  const { roomId, kind, role, topic, archived, retentionDays } = room;
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const act: Act = (tried, run, done, undo) => {
    const finish = async (does: () => Promise<unknown>): Promise<void> => {
      await does();
      await Promise.all([lookAtRoom(roomId), queries.invalidateQueries(membersOptions(roomId))]);
    };
    finish(run).then(
      () => {
        if (done === undefined) return;
        showToast(undo ? { text: done, undo: () => finish(undo) } : { text: done });
      },
      (error: unknown) => showError(tried, error),
    );
  };
  const change = (changes: RoomChanges, done: string): void => {
    const before = Object.fromEntries(Object.entries(room).filter(([name]) => name in changes)) as RoomChanges;
    // What was removed for being old does not come back by keeping messages for longer again.
    const undo = 'retentionDays' in changes ? undefined : () => changeRoom(roomId, before);
    act('Change the room', () => changeRoom(roomId, changes), done, undo);
  };
  const isDirect = kind === 'direct';
  const isModerator = !isDirect && role !== 'member';
  const isOwner = !isDirect && role === 'owner';
  const [leaving, setLeaving] = useState(false);
  // An admin is an owner of every public room, a member or not.
  const losesRole = role !== 'member' && me?.role !== 'admin';
  // A guest sees a public room only as its member.
  const isForGood = kind === 'private' || me?.role === 'guest';
  const leave = (): void => {
    if (!me) return;
    const leaving = removeMember(roomId, me.accountId);
    if (!isForGood) {
      const back = losesRole ? undefined : () => setMember(roomId, me.handle);
      act('Leave the room', () => leaving, 'You are no member any more.', back);
    } else {
      // It is not there to be looked at any more.
      leaving.then(
        () => {
          void queries.invalidateQueries(roomsOptions);
          // Whoever has gone on already stays there.
          if (location.pathname.startsWith(`/chat/rooms/${roomId}`)) void navigate({ to: '/chat' });
        },
        (error: unknown) => showError('Leave the room', error),
      );
    }
  };

  return (
    <SideDrawer onClose={onClose} size={460} title={isDirect ? name : `#${name}`}>
      <div className={styles.body}>
        <p className="soft">
          {kind === 'public'
            ? 'Everybody in this workspace but guests can read and write here.'
            : kind === 'private'
              ? 'Only its members see that it is there.'
              : 'A conversation: its people never change.'}{' '}
          Since {formatDay(room.createdTime)}.{' '}
          {retentionDays === null
            ? 'Messages are kept.'
            : `Messages are removed for good after ${counted(retentionDays, 'day')}.`}
        </p>
        {isModerator ? (
          <Names room={room} onChange={change} />
        ) : (
          topic !== '' && (
            <p>
              <bdi>{topic}</bdi>
            </p>
          )
        )}
        <NativeSelect
          label="Tell me of"
          data={levels}
          value={room.level}
          onChange={({ currentTarget: { value } }) =>
            act('Change what you are told of', () => setLevel(roomId, value as Level))
          }
        />
        <RoomMembers room={room} isModerator={isModerator} isOwner={isOwner} act={act} />
        {!isDirect && me && (
          <div className={sections.row}>
            {room.member ? (
              <Button variant="default" onClick={() => (isForGood || losesRole ? setLeaving(true) : leave())}>
                Leave the room
              </Button>
            ) : (
              <Button
                variant="default"
                onClick={() => act('Join the room', () => setMember(roomId, me.handle), 'You are a member now.')}
              >
                Join the room
              </Button>
            )}
          </div>
        )}
        {leaving && (
          <AskFirst
            title={
              <>
                Leave <bdi>#{name}</bdi>
              </>
            }
            act="Leave the room"
            onAct={leave}
            onClose={() => setLeaving(false)}
          >
            <p>
              {isForGood
                ? 'You cannot come back by yourself: a moderator has to add you again. Until then you read nothing of it, and what you shared there stays shared.'
                : `You can join it again, as a member: only an owner can make you ${role} again.`}
            </p>
          </AskFirst>
        )}
        {isOwner && (
          <section className={styles.part}>
            <h3>For owners</h3>
            <Retention key={retentionDays ?? 0} room={room} onChange={change} />
            <div className={sections.row}>
              <Button
                variant="default"
                onClick={() =>
                  change(
                    { kind: kind === 'public' ? 'private' : 'public' },
                    kind === 'public' ? 'Only members can enter now.' : 'Everybody but guests can enter now.',
                  )
                }
              >
                {kind === 'public' ? 'Make private' : 'Open to everybody'}
              </Button>
              <Button
                variant="default"
                onClick={() =>
                  change({ archived: !archived }, archived ? 'The room is open again.' : 'The room is archived.')
                }
              >
                {archived ? 'Bring back' : 'Archive'}
              </Button>
              <Button component="a" href={exportUrl(roomId)} download={`${room.name}.jsonl`} variant="default">
                Export
              </Button>
            </div>
            <p className="soft">
              The export holds every message that is kept, with the texts it had before, one JSON text a line. It is not
              encrypted, and a file that breaks off is not whole.
            </p>
          </section>
        )}
      </div>
    </SideDrawer>
  );
}

type OnChange = (changes: RoomChanges, done: string) => void;

function Names({ room, onChange }: { readonly room: RoomView; readonly onChange: OnChange }) {
  const [name, setName] = useTyped(room.name, nameIn);
  const [topic, setTopic] = useTyped(room.topic, topicIn);
  const changes: RoomChanges = {
    ...(nameIn(name) === room.name ? {} : { name: nameIn(name) }),
    ...(topicIn(topic) === room.topic ? {} : { topic: topicIn(topic) }),
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onChange(changes, 'The room is changed.');
  };
  return (
    <form className={styles.part} onSubmit={submit}>
      <TextInput
        label="Name"
        dir="auto"
        required
        withAsterisk={false}
        maxLength={65}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Topic"
        dir="auto"
        maxLength={500}
        value={topic}
        onChange={(event) => setTopic(event.currentTarget.value)}
      />
      {Object.keys(changes).length > 0 && (
        <div className={sections.row}>
          <Button type="submit">Save</Button>
        </div>
      )}
    </form>
  );
}

/** As they are stored, of what somebody typed. */
const nameIn = (typed: string): string => typed.trim().replace(/^#/, '').normalize('NFC');
const topicIn = (typed: string): string => typed.replace(/\s+/g, ' ').trim();

/** What was typed in place of what is so; once that is stored, what is so is shown again, whoever changes it. */
function useTyped(now: string, storedAs: (typed: string) => string): [string, (typed: string) => void] {
  const [typed, setTyped] = useState<string | null>(null);
  const [known, setKnown] = useState(now);
  if (known !== now) {
    setKnown(now);
    if (typed !== null && storedAs(typed) === now) setTyped(null);
  }
  return [typed ?? now, (next) => setTyped(next === now ? null : next)];
}
