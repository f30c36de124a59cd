/** Ctrl-K: goes anywhere from the keyboard. Pages and actions come at once, files as they are found. */
import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import IconMessageCircle from '@tabler/icons-react/icons/IconMessageCircle';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useReturnFocus } from '../../base/use-return-focus.ts';
import { useMe } from '../../features/accounts/api.ts';
import { useLogOut } from '../../features/accounts/use-log-out.ts';
import { showError } from '../toasts.ts';
import { peopleOptions, roomsOptions, startConversation } from '../../features/chat/api.ts';
import { useRoomNames } from '../../features/chat/names.ts';
import { RoomIcon } from '../../features/chat/lists/rooms-list.tsx';
import { type EntryView, findOptions, recentOptions } from '../../features/files/api.ts';
import { EntryIcon } from '../../features/files/entry-icon.tsx';
import { useDrive } from '../../features/files/use-folder.ts';
import styles from './palette.module.css';
import { endTypingAhead } from './type-ahead.ts';
import { chatPlaces, filePlaces, otherPlaces, ownPlaces } from './places.tsx';

interface Choice {
  readonly key: string;
  readonly group: 'Files' | 'Chat' | 'Pages' | 'Actions';
  readonly label: string;
  readonly hint?: string;
  readonly icon: ReactNode;
  readonly go: () => void;
}

const FOUND = 8;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  useReturnFocus();
  useEffect(() => () => void endTypingAhead(), []);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const { choices, isLooking } = useChoices(text.trim());
  const current = Math.min(at, choices.length - 1);
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    onClose();
    choice.go();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(current + 1, choices.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0));
    else if (event.key === 'Enter') choose(choices[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened onClose={onClose} centered={false} yOffset="12vh" size={560}>
      <Modal.Overlay backgroundOpacity={0.25} />
      <Modal.Content aria-label="Search">
        <Modal.Body p={0}>
          <div className={styles.box}>
            <IconSearch size={18} aria-hidden />
            <input
              className={styles.input}
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={choices[current] ? `${listId}-${current}` : undefined}
              aria-label="Search files, rooms, people and pages"
              placeholder="Search files, rooms, people and pages"
              dir="auto"
              data-autofocus
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              onFocus={() => {
                const begun = endTypingAhead();
                if (begun !== '') setText((now) => now + begun);
              }}
            />
          </div>
          <ul className={styles.list} role="listbox" id={listId} aria-label="What was found">
            {choices.map((choice, index) => (
              <li
                key={choice.key}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === current}
                className={styles.choice}
                ref={(element) => {
                  if (index === current) element?.scrollIntoView({ block: 'nearest' });
                }}
                onMouseMove={() => setAt(index)}
                onClick={() => choose(choice)}
              >
                {choice.icon}
                <bdi className={styles.label}>{choice.label}</bdi>
                <bdi className={styles.hint}>{choice.hint ?? (choice.group === 'Files' ? '' : choice.group)}</bdi>
              </li>
            ))}
          </ul>
          <p className={styles.status} role="status">
            {isLooking ? 'Looking through the names of your files' : choices.length === 0 ? 'Nothing found' : ''}
          </p>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function useChoices(text: string): { readonly choices: readonly Choice[]; readonly isLooking: boolean } {
  const navigate = useNavigate();
  const logOut = useLogOut();
  const isAdmin = useMe()?.role === 'admin';
  const { drive } = useDrive(undefined);
  const [settled] = useDebouncedValue(text, 200);
  const found = useQuery(findOptions(drive?.id ?? '', drive ? settled : '', FOUND));
  const recent = useQuery({ ...recentOptions, enabled: text === '' });

  const openEntry = (entry: EntryView): void => {
    const folderId = entry.kind === 'folder' ? entry.id : (entry.folderId ?? 'root');
    void navigate({
      to: '/drives/$driveId/folders/$folderId',
      params: { driveId: entry.driveId, folderId },
      search: entry.kind === 'file' ? { versions: entry.id } : {},
    });
  };
  const files = (text === '' ? recent.data?.entries.slice(0, FOUND) : settled === text ? found.data?.found : []) ?? [];
  const fits = (label: string): boolean => label.toLocaleLowerCase().includes(text.toLocaleLowerCase());
  const places = [...filePlaces, ...chatPlaces, ...otherPlaces, ...ownPlaces].filter(
    ({ later, adminsOnly }) => later !== true && (adminsOnly !== true || isAdmin),
  );
  const chat = useChatChoices(text, fits);
  const choices: Choice[] = [
    ...chat.slice(0, text === '' ? 3 : FOUND),
    ...files.map(({ entry, path }) => ({
      key: entry.id,
      group: 'Files' as const,
      label: entry.name,
      hint: path.slice(0, path.lastIndexOf('/')) || '/',
      icon: <EntryIcon entry={entry} size={18} />,
      go: () => openEntry(entry),
    })),
    ...(text === ''
      ? []
      : [
          {
            key: 'search',
            group: 'Files' as const,
            label: `All files with “${text}” in their name`,
            icon: <IconSearch size={18} stroke={1.6} aria-hidden />,
            go: () => void navigate({ to: '/search', hash: `for=${encodeURIComponent(text)}` }),
          },
        ]),
    ...places
      .filter(({ label }) => fits(label))
      .map(({ label, to, Icon }) => ({
        key: to,
        group: 'Pages' as const,
        label,
        icon: <Icon size={18} stroke={1.6} />,
        go: () => void navigate({ to }),
      })),
    ...(fits('Log out')
      ? [
          {
            key: 'log-out',
            group: 'Actions' as const,
            label: 'Log out',
            icon: <IconLogout size={18} stroke={1.6} aria-hidden />,
            go: logOut,
          },
        ]
      : []),
  ];
  return { choices, isLooking: text !== '' && (settled !== text || found.isFetching) };
}

/** Rooms and conversations, those with something unread first; people to write to once somebody types. */
function useChatChoices(text: string, fits: (label: string) => boolean): readonly Choice[] {
  const navigate = useNavigate();
  const me = useMe()?.handle;
  const rooms = useQuery(roomsOptions).data ?? [];
  const names = useRoomNames(rooms);
  const people = useQuery({ ...peopleOptions, enabled: text !== '' }).data ?? [];
  const open = (roomId: string): void => void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
  const write = (handle: string): void => {
    startConversation([handle]).then(
      ({ roomId }) => open(roomId),
      (error: unknown) => showError(`Write to ${handle}`, error),
    );
  };
  const found = rooms
    .map((room, at) => ({ room, label: names[at] ?? '' }))
    .filter(({ room, label }) => !room.archived && (text === '' ? room.unread.messages > 0 : fits(label)))
    .toSorted((a, b) => b.room.unread.mentions - a.room.unread.mentions);
  return [
    ...found.map(({ room, label }) => ({
      key: room.roomId,
      group: 'Chat' as const,
      label,
      icon: <RoomIcon room={room} size={18} />,
      go: () => open(room.roomId),
    })),
    ...people
      .filter(({ handle, name }) => handle !== me && fits(`${name} @${handle}`))
      .map(({ accountId, handle, name }) => ({
        key: accountId,
        group: 'Chat' as const,
        label: `Write to ${name}`,
        hint: `@${handle}`,
        icon: <IconMessageCircle size={18} stroke={1.6} aria-hidden />,
        go: () => write(handle),
      })),
  ];
}
