/** A command that stands on the page to be copied. */
import { Button } from '@mantine/core';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import IconCopy from '@tabler/icons-react/icons/IconCopy';
import { COPIED, useCopy } from './use-copy.ts';
import styles from './command-line.module.css';

export function CommandLine({ label, command }: { readonly label: string; readonly command: string }) {
  const { shown, said, copy } = useCopy(command);
  return (
    <div className={styles.command}>
      <code ref={shown} aria-label={label} dir="ltr">
        {command}
      </code>
      <Button
        size="xs"
        variant="default"
        aria-label={`Copy: ${label}`}
        leftSection={said === COPIED ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        onClick={() => void copy()}
      >
        Copy
      </Button>
      <span className="soft" role="status">
        {said}
      </span>
    </div>
  );
}
