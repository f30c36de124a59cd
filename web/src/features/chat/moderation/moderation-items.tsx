import { Menu } from '@mantine/core';
import IconEye from '@tabler/icons-react/icons/IconEye';
import IconEyeOff from '@tabler/icons-react/icons/IconEyeOff';
import IconFlag from '@tabler/icons-react/icons/IconFlag';
import IconGavel from '@tabler/icons-react/icons/IconGavel';
import type { MessageView } from '../api.ts';
import { isOwn, type MessageActs } from '../message/message-acts.ts';
import { authorOf } from './moderating.ts';

/** In the menu of a message: reporting it, and what a moderator of the room can do about it. */
export function ModerationItems({ message, acts }: { readonly message: MessageView; readonly acts: MessageActs }) {
  const { state, author } = message;
  const isOfOthers = !isOwn(message, acts) && !author.program;
  const subject = isOfOthers ? authorOf(message) : null;
  return (
    <>
      {isOfOthers && state === 'whole' && (
        <Menu.Item leftSection={<IconFlag size={16} />} onClick={() => acts.onModerate({ act: 'report', message })}>
          Report…
        </Menu.Item>
      )}
      {acts.moderates && state === 'whole' && (
        <Menu.Item leftSection={<IconEyeOff size={16} />} onClick={() => acts.onModerate({ act: 'hide', message })}>
          Hide…
        </Menu.Item>
      )}
      {acts.moderates && state === 'hidden' && (
        <Menu.Item leftSection={<IconEye size={16} />} onClick={() => acts.onModerate({ act: 'restore', message })}>
          Restore…
        </Menu.Item>
      )}
      {acts.moderates && subject && (
        <Menu.Item
          leftSection={<IconGavel size={16} />}
          onClick={() => acts.onModerate({ act: 'restrict', whom: subject })}
        >
          Mute, ban or kick…
        </Menu.Item>
      )}
    </>
  );
}
