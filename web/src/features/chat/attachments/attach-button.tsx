import { ActionIcon } from '@mantine/core';
import IconPaperclip from '@tabler/icons-react/icons/IconPaperclip';
import { useRef } from 'react';

/** Chooses files of this computer; pasting and dropping them does the same. */
export function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label="Attach files" onClick={() => input.current?.click()}>
        <IconPaperclip size={18} />
      </ActionIcon>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file once more is a change again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
