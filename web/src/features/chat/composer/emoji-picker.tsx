import { ActionIcon, Popover, UnstyledButton } from '@mantine/core';
import IconMoodSmile from '@tabler/icons-react/icons/IconMoodSmile';
import { useState } from 'react';
import { emojis } from './emoji.ts';
import styles from './composer.module.css';

export function EmojiPicker({ onEmoji }: { readonly onEmoji: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const choose = (emoji: string): void => {
    setOpen(false);
    onEmoji(emoji);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top-end"
      width={304}
      trapFocus
      returnFocus
      shadow="md"
      portalProps={{ target: '#content' }}
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Emoji"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <IconMoodSmile size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label="Emoji">
        <div className={styles.emojis}>
          {emojis.map(({ name, emoji }) => (
            <UnstyledButton
              key={name}
              className={styles.emoji}
              title={`:${name}:`}
              aria-label={name.replaceAll('_', ' ')}
              onClick={() => choose(emoji)}
            >
              {emoji}
            </UnstyledButton>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
