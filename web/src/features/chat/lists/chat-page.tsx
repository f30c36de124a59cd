/** Every room and conversation; on a phone the way into them. */
import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconAt from '@tabler/icons-react/icons/IconAt';
import IconBookmark from '@tabler/icons-react/icons/IconBookmark';
import IconFlag from '@tabler/icons-react/icons/IconFlag';
import IconGavel from '@tabler/icons-react/icons/IconGavel';
import IconHash from '@tabler/icons-react/icons/IconHash';
import IconMessageCircle from '@tabler/icons-react/icons/IconMessageCircle';
import IconPlus from '@tabler/icons-react/icons/IconPlus';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import IconUser from '@tabler/icons-react/icons/IconUser';
import { useState } from 'react';
import { page } from '../../../app/frame/page.ts';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import type { RoomView } from '../api.ts';
import styles from './chat-page.module.css';
import { useRoomNames } from '../names.ts';
import { IgnoredPeople } from './ignored-people.tsx';
import { NewRoom } from './new-room.tsx';
import { RoomIcon, Unread } from './rooms-list.tsx';
import { StartConversation } from './start-conversation.tsx';
import { useModerates } from './use-moderates.ts';
import { useRooms } from './use-rooms.ts';

export function ChatPage() {
  usePageTitle('Chat');
  const { data, error, refetch } = useRooms();
  const moderates = useModerates();
  const [making, setMaking] = useState<'room' | 'conversation' | null>(null);
  const open = data?.filter(({ archived }) => !archived) ?? [];
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Chat</h1>
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <Button leftSection={<IconPlus size={16} aria-hidden />}>New</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUser size={16} />} onClick={() => setMaking('conversation')}>
              Conversation
            </Menu.Item>
            <Menu.Item leftSection={<IconHash size={16} />} onClick={() => setMaking('room')}>
              Room
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <div className={page.content}>
        <nav className={styles.shortcuts} aria-label="In chat">
          <Button component={Link} to="/chat/search" variant="default" leftSection={<IconSearch size={16} />}>
            Search
          </Button>
          <Button component={Link} to="/chat/mentions" variant="default" leftSection={<IconAt size={16} />}>
            Mentions
          </Button>
          <Button component={Link} to="/chat/saved" variant="default" leftSection={<IconBookmark size={16} />}>
            Saved
          </Button>
          <Button component={Link} to="/chat/decisions" variant="default" leftSection={<IconGavel size={16} />}>
            About you
          </Button>
          {moderates && (
            <Button component={Link} to="/chat/reports" variant="default" leftSection={<IconFlag size={16} />}>
              Reports
            </Button>
          )}
        </nav>
        {error && !data && <ProblemNote error={error} tried="Show the rooms" onRetry={() => void refetch()} />}
        {data && open.length === 0 && (
          <Empty icon={<IconMessageCircle size={40} stroke={1.3} />} title="No room is open to you yet">
            <p>Rooms that you are added to will be here. You can start a conversation with anybody.</p>
          </Empty>
        )}
        <Part title="Rooms" rooms={open.filter(({ kind }) => kind !== 'direct')} />
        <Part title="Conversations" rooms={open.filter(({ kind }) => kind === 'direct')} />
        <Part title="Archived" rooms={data?.filter(({ archived }) => archived) ?? []} />
        <IgnoredPeople />
      </div>
      {making === 'room' && <NewRoom onClose={() => setMaking(null)} />}
      {making === 'conversation' && <StartConversation onClose={() => setMaking(null)} />}
    </div>
  );
}

function Part({ title, rooms }: { readonly title: string; readonly rooms: readonly RoomView[] }) {
  const names = useRoomNames(rooms);
  if (rooms.length === 0) return null;
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      <ul className={styles.list}>
        {rooms.map((room, at) => (
          <li key={room.roomId}>
            <Link to="/chat/rooms/$roomId" params={{ roomId: room.roomId }} className={styles.room}>
              <RoomIcon room={room} size={18} />
              <span className={styles.words}>
                <bdi className={styles.name}>{names[at]}</bdi>
                {room.topic !== '' && <bdi className={styles.topic}>{room.topic}</bdi>}
              </span>
              <Unread room={room} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
