import { ActionIcon, Menu } from '@mantine/core';
import IconCalendar from '@tabler/icons-react/icons/IconCalendar';
import IconDots from '@tabler/icons-react/icons/IconDots';
import { useState } from 'react';
import type { RoomView } from './api.ts';
import { JumpToDate } from './jump-to-date.tsx';
import { RoomIcon } from './rooms-list.tsx';
import styles from './room.module.css';

export function RoomHead({ room, name }: { readonly room: RoomView; readonly name: string }) {
  const { roomId, topic, kind } = room;
  const [jumping, setJumping] = useState(false);
  const what = kind === 'direct' ? 'this conversation' : 'this room';
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
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do in ${what}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCalendar size={16} />} onClick={() => setJumping(true)}>
            Jump to a date
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {jumping && <JumpToDate roomId={roomId} onClose={() => setJumping(false)} />}
    </header>
  );
}
