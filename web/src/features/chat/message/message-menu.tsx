import { ActionIcon, Menu } from '@mantine/core';
import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp';
import IconBookmark from '@tabler/icons-react/icons/IconBookmark';
import IconCopy from '@tabler/icons-react/icons/IconCopy';
import IconDots from '@tabler/icons-react/icons/IconDots';
import IconLink from '@tabler/icons-react/icons/IconLink';
import IconPencil from '@tabler/icons-react/icons/IconPencil';
import IconPin from '@tabler/icons-react/icons/IconPin';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import IconUserOff from '@tabler/icons-react/icons/IconUserOff';
import type { MessageView } from '../api.ts';
import { quickReactions } from '../composer/emoji.ts';
import { isOwn, mayEdit, mayRemove, type MessageActs } from './message-acts.ts';
import styles from './message-menu.module.css';
import { ModerationItems } from '../moderation/moderation-items.tsx';

export interface MessageMenuProps {
  readonly message: MessageView;
  readonly acts: MessageActs;
  readonly onClose: () => void;
}

/** Opened as soon as it is drawn; the letters at the right do the same with the keyboard on the message. */
export function MessageMenu({ message, acts, onClose }: MessageMenuProps) {
  const isWhole = message.state === 'whole';
  const isWritable = isWhole && !acts.isClosed;
  const item = (label: string, key: string, Icon: typeof IconPin, run: () => void) => (
    <Menu.Item leftSection={<Icon size={16} />} rightSection={<kbd className={styles.key}>{key}</kbd>} onClick={run}>
      {label}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" width={240} opened onChange={(opened) => opened || onClose()}>
      <Menu.Target>
        <ActionIcon variant="default" size="sm" aria-label={`What to do with the message of ${message.author.handle}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isWritable && (
          <div className={styles.reactions} role="group" aria-label="React">
            {quickReactions.map((reaction) => (
              <Menu.Item
                key={reaction}
                className={styles.reaction}
                aria-label={`React with ${reaction}`}
                onClick={() => acts.onReact(message, reaction)}
              >
                {reaction}
              </Menu.Item>
            ))}
          </div>
        )}
        {isWhole && item('Reply in a thread', 'R', IconArrowBackUp, () => acts.onReply(message))}
        {mayEdit(message, acts) && item('Edit', 'E', IconPencil, () => acts.onEdit(message))}
        {isWhole && item('Copy the text', 'C', IconCopy, () => acts.onCopyText(message))}
        {item('Copy the link', 'L', IconLink, () => acts.onCopyLink(message))}
        {isWhole && item('Save for later', 'S', IconBookmark, () => acts.onSave(message))}
        {isWritable &&
          acts.isModerator &&
          item(message.pinned ? 'Take the pin off' : 'Pin', 'P', IconPin, () => acts.onPin(message))}
        {!isOwn(message, acts) && message.author.accountId !== null && (
          <Menu.Item leftSection={<IconUserOff size={16} />} onClick={() => acts.onIgnore(message)}>
            Ignore <bdi>{message.author.handle}</bdi>
          </Menu.Item>
        )}
        <ModerationItems message={message} acts={acts} />
        {mayRemove(message, acts) && item('Remove', 'Del', IconTrash, () => acts.onRemove(message))}
      </Menu.Dropdown>
    </Menu>
  );
}
