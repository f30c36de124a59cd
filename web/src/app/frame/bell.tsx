import { ActionIcon, Popover } from '@mantine/core';
import IconBell from '@tabler/icons-react/icons/IconBell';
import styles from './frame.module.css';

/** The place of the notice feed. Nothing feeds it in this version, so there is nothing to count and nothing to tell. */
export function Bell() {
  return (
    <Popover position="bottom-end" width={280} shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Notices">
          <IconBell size={20} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={styles.notices} tabIndex={-1} data-autofocus aria-label="Notices">
        <h2>Nothing to tell</h2>
        <p className="soft">
          What needs your attention will be here: a lost copy, a log-in from a new place, a finding. This version has no
          notices yet.
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
