import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { page } from '../../../app/frame/page.ts';
import { lineState } from '../../../base/requests/connection.ts';
import { useStore } from '../../../base/store.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { membersOptions, type MessageView, peopleOptions, type RoomView as RoomFacts } from '../api.ts';
import { DropArea } from '../attachments/drop-area.tsx';
import { takeBackShown } from '../line/browser-notices.ts';
import { listenTo, outbox } from '../line/chat-line.ts';
import { useLooking } from '../line/looking.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import type { Named } from '../composer/completion.ts';
import { EditBox } from '../composer/edit-box.tsx';
import { useEditing } from '../composer/use-editing.ts';
import { History } from '../history/history.tsx';
import type { Moderating } from '../moderation/moderating.ts';
import { LineNote } from './line-note.tsx';
import { useRoomName } from '../names.ts';
import { RoomHead } from './room-head.tsx';
import styles from './room.module.css';
import type { RoomSearch } from './room-search.ts';
import type { Where } from '../timeline/room-place.ts';
import { reachesEndAfter } from '../timeline/timeline.ts';
import { timelines } from '../timeline/timelines.ts';
import { TypingNote } from './typing-note.tsx';
import { useMessageActs } from '../message/use-message-acts.ts';

const KeysDialog = latePart('Show the keys', async () => (await import('./keys-dialog.tsx')).KeysDialog);
const BotsDrawer = latePart('Show the bots', async () => (await import('../bots/bots-drawer.tsx')).BotsDrawer);
const ModeratingDialog = latePart(
  'Moderate the message',
  async () => (await import('../moderation/moderating-dialog.tsx')).ModeratingDialog,
);
const ModerationDrawer = latePart(
  'Show the moderation of the room',
  async () => (await import('../moderation/moderation-drawer.tsx')).ModerationDrawer,
);
const PinsDrawer = latePart('Show what is pinned', async () => (await import('../drawers/pins-drawer.tsx')).PinsDrawer);
const RoomDrawer = latePart(
  'Show more about the room',
  async () => (await import('../drawers/room-drawer.tsx')).RoomDrawer,
);
const ThreadDrawer = latePart(
  'Show the thread',
  async () => (await import('../drawers/thread-drawer.tsx')).ThreadDrawer,
);

export function Room({ room, where: asked }: { readonly room: RoomFacts; readonly where: Where }) {
  const { roomId, kind } = room;
  const name = useRoomName(room);
  usePageTitle(kind === 'direct' ? name : `#${name}`);
  const navigate = useNavigate();
  const search: RoomSearch = useSearch({ strict: false });
  const line = useStore(lineState);
  useEffect(() => {
    if (line === 'open') listenTo(room);
  }, [room, line]);
  useLooking(
    roomId,
    useCallback(() => takeBackShown(roomId), [roomId]),
  );

  // Where it was read up to when it was opened; that stays while it is open.
  const [opened] = useState(() => ({ read: room.read, hasUnread: room.unread.messages > 0 && room.read > 0 }));
  const [isAtUnread, setAtUnread] = useState(opened.hasUnread);
  const where: Where = asked === 'end' && isAtUnread ? `sequence ${opened.read}` : asked;
  const [showsKeys, setShowsKeys] = useState(false);
  const [toEnd, setToEnd] = useState(0);
  const jumpToEnd = (): void => {
    setAtUnread(false);
    timelines.backToEnd(roomId);
    if (asked !== 'end') void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
    setToEnd((count) => count + 1);
  };

  const composer = useRef<ComposerHandle>(null);
  // Who opens a room can write at once. A link to one message is for reading, and on a screen that is touched the keyboard
  // would come up over what was said.
  const isForWriting = asked === 'end' && search.panel === undefined && search.thread === undefined;
  const [opensForWriting] = useState(isForWriting && matchMedia('(pointer: fine)').matches);
  useEffect(() => {
    if (opensForWriting && !document.activeElement?.matches('input, textarea')) composer.current?.focus();
  }, [opensForWriting]);
  const editing = useEditing(composer);
  const [moderating, setModerating] = useState<Moderating | null>(null);
  const acts = useMessageActs(room, editing.start, setModerating);
  const people = usePeople(room);
  const editLast = (): void => {
    const mine = ({ author, state }: MessageView): boolean =>
      author.accountId === acts.me.accountId && state === 'whole';
    const timeline = timelines.get(roomId);
    if (!timeline) return;
    const last = timeline.messages.findLast(mine);
    if (reachesEndAfter(timeline, last?.sequence ?? 0)) {
      if (last) editing.start(last);
      return;
    }
    // A later one may be missing here: the end of the room is shown first, and what is edited from there.
    timelines.drop(roomId);
    jumpToEnd();
  };

  const closeDrawer = (): void => void navigate({ to: '/chat/rooms/$roomId', params: { roomId }, resetScroll: false });

  return (
    <DropArea className={`${page.body} ${page.filling}`} onFiles={(files) => composer.current?.attach(files)}>
      <RoomHead room={room} name={name} onKeys={() => setShowsKeys(true)} />
      <History
        room={room}
        name={name}
        where={where}
        newAfter={opened.hasUnread ? opened.read : null}
        marked={asked.startsWith('sequence') ? Number(asked.split(' ')[1]) : null}
        acts={acts}
        onJumpToEnd={jumpToEnd}
        onKeys={() => setShowsKeys(true)}
        toEnd={toEnd}
        // While a thread is open it reads out, and nothing twice.
        readsOut={search.thread === undefined}
      />
      <LineNote />
      <TypingNote roomId={roomId} />
      {room.archived ? (
        <p className={styles.closed}>This room is archived: it can be read and not written.</p>
      ) : editing.message ? (
        <EditBox
          key={editing.message.sequence}
          message={editing.message}
          onChanged={acts.onChanged}
          onClose={editing.stop}
        />
      ) : (
        <Composer
          ref={composer}
          roomId={roomId}
          audience={kind === 'direct' ? 'in this conversation' : `in #${name}`}
          label={kind === 'direct' ? `Write to ${name}` : `Write in #${name}`}
          people={people}
          onSend={(said) => {
            outbox.add(roomId, said);
            jumpToEnd();
          }}
          onEditLast={editLast}
        />
      )}
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
      {moderating && (
        <ModeratingDialog
          room={room}
          moderating={moderating}
          onChanged={acts.onChanged}
          onClose={() => setModerating(null)}
        />
      )}
      {search.panel === 'about' && <RoomDrawer room={room} name={name} onClose={closeDrawer} />}
      {search.panel === 'moderation' && acts.moderates && (
        <ModerationDrawer room={room} part={search.part ?? 'reports'} onClose={closeDrawer} />
      )}
      {search.panel === 'bots' && acts.moderates && <BotsDrawer room={room} onClose={closeDrawer} />}
      {search.panel === 'pins' && <PinsDrawer room={room} onClose={closeDrawer} />}
      {search.thread !== undefined && (
        <ThreadDrawer
          room={room}
          sequence={search.thread}
          acts={acts}
          people={people}
          onKeys={() => setShowsKeys(true)}
          onClose={closeDrawer}
        />
      )}
    </DropArea>
  );
}

/** Who can be named: members, in a public room everybody, and who wrote what is in memory. */
function usePeople({ roomId, kind }: RoomFacts): readonly Named[] {
  const isPublic = kind === 'public';
  const members = useQuery(membersOptions(roomId)).data;
  const all = useQuery({ ...peopleOptions, enabled: isPublic }).data;
  return useMemo(() => {
    const people = new Map<string, string>();
    for (const { author } of timelines.get(roomId)?.messages ?? []) {
      if (author.accountId !== null) people.set(author.handle, author.handle);
    }
    for (const { handle, name } of all ?? []) people.set(handle, name);
    for (const { handle, name } of members ?? []) if (handle !== null) people.set(handle, name ?? handle);
    return [...people].map(([handle, name]) => ({ handle, name })).toSorted((a, b) => (a.handle < b.handle ? -1 : 1));
  }, [members, all, roomId]);
}
