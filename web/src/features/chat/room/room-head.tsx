import { ActionIcon, Menu } from '@mantine/core';
import IconCalendar from '@tabler/icons-react/icons/IconCalendar';
import IconBookmark from '@tabler/icons-react/icons/IconBookmark';
import IconDots from '@tabler/icons-react/icons/IconDots';
import IconGavel from '@tabler/icons-react/icons/IconGavel';
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle';
import IconKeyboard from '@tabler/icons-react/icons/IconKeyboard';
import IconPin from '@tabler/icons-react/icons/IconPin';
import IconRobot from '@tabler/icons-react/icons/IconRobot';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RoomView } from '../api.ts';
import { OpenReports } from '../moderation/open-reports.tsx';
import { JumpToDate } from './jump-to-date.tsx';
import type { RoomSearch } from './room-search.ts';
import { RoomIcon } from '../lists/rooms-list.tsx';
import styles from './room.module.css';

export interface RoomHeadProps {
  readonly room: RoomView;
  readonly name: string;
  readonly onKeys: () => void;
}

export function RoomHead({ room, name, onKeys }: RoomHeadProps) {
  const navigate = useNavigate();
  const { roomId, topic, kind } = room;
  const [jumping, setJumping] = useState(false);
  const isModerator = kind !== 'direct' && room.role !== 'member';
  const what = kind === 'direct' ? 'this conversation' : 'this room';
  const open = (search: RoomSearch): void =>
    void navigate({ to: '/chat/rooms/$roomId', params: { roomId }, search, resetScroll: false });
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h1>
          <RoomIcon room={room} size={18} />
          <bdi title={name}>{name}</bdi>
        </h1>
        {topic !== '' && (
          <p className={styles.topic} title={topic}>
            <bdi>{topic}</bdi>
          </p>
        )}
      </div>
      {isModerator && <OpenReports roomId={roomId} onOpen={() => open({ panel: 'moderation', part: 'reports' })} />}
      <ActionIcon variant="subtle" color="gray" aria-label={`About ${what}`} onClick={() => open({ panel: 'about' })}>
        <IconInfoCircle size={18} />
      </ActionIcon>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do in ${what}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconSearch size={16} />}
            onClick={() => void navigate({ to: '/chat/search', search: { room: roomId } })}
          >
            Search in {what}
          </Menu.Item>
          <Menu.Item leftSection={<IconPin size={16} />} onClick={() => open({ panel: 'pins' })}>
            Pinned messages
          </Menu.Item>
          {isModerator && (
            <>
              <Menu.Item
                leftSection={<IconGavel size={16} />}
                onClick={() => open({ panel: 'moderation', part: 'reports' })}
              >
                Moderation
              </Menu.Item>
              <Menu.Item leftSection={<IconRobot size={16} />} onClick={() => open({ panel: 'bots' })}>
                Bots and webhooks
              </Menu.Item>
            </>
          )}
          <Menu.Item leftSection={<IconCalendar size={16} />} onClick={() => setJumping(true)}>
            Jump to a date
          </Menu.Item>
          <Menu.Item leftSection={<IconBookmark size={16} />} onClick={() => void navigate({ to: '/chat/saved' })}>
            Saved messages
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onKeys}>
            Keys
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {jumping && <JumpToDate roomId={roomId} onClose={() => setJumping(false)} />}
    </header>
  );
}
