/** A secret that the server hands out once: to be copied now, or saved as a file. */
import { Button } from '@mantine/core';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import IconCopy from '@tabler/icons-react/icons/IconCopy';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import { saveText } from './save-text.ts';
import styles from './secret-once.module.css';
import { COPIED, useCopy } from './use-copy.ts';

export interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  /** Offers to save it under this name. */
  readonly fileName?: string;
}

export function SecretOnce({ label, secret, fileName }: SecretOnceProps) {
  const { shown, said, copy } = useCopy(secret);
  return (
    <div className={styles.secret}>
      <code ref={shown} className={styles.text} aria-label={label}>
        {secret}
      </code>
      <div className={styles.acts}>
        <Button
          variant="default"
          leftSection={said === COPIED ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => void copy()}
        >
          Copy
        </Button>
        {fileName !== undefined && (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => saveText(fileName, `${secret}\n`)}
          >
            Save as file
          </Button>
        )}
        <span className="soft" role="status">
          {said}
        </span>
      </div>
    </div>
  );
}
