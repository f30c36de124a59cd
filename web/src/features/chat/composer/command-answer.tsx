import { ActionIcon } from '@mantine/core';
import IconX from '@tabler/icons-react/icons/IconX';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import styles from './composer.module.css';
import type { useCommand } from './use-command.ts';

// What scrolls can be scrolled by keys.
const scrolls = { tabIndex: 0 };

/** What a command answered, for whoever typed it alone. */
export function CommandAnswer({ command }: { readonly command: ReturnType<typeof useCommand> }) {
  const { data, error, variables = '', reset } = command;
  if (error) return <ProblemNote error={error} tried={`Run “${variables.split(/\s/, 1)[0]}”`} />;
  if (!data || data.lines.length === 0) return null;
  return (
    <div className={styles.answer} role="status">
      <pre className={styles.lines} dir="auto" {...scrolls}>
        {data.lines.join('\n')}
      </pre>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Close the answer" onClick={reset}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}
