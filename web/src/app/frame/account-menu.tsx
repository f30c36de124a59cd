import { Menu, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import IconSettings from '@tabler/icons-react/icons/IconSettings';
import { useMe } from '../../features/accounts/api.ts';
import { useLogOut } from '../../features/accounts/use-log-out.ts';
import styles from './frame.module.css';

export function AccountMenu() {
  const me = useMe();
  const logOut = useLogOut();
  if (!me) return null;
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={styles.account}>
          <span className={styles.initial} aria-hidden>
            {Array.from(me.name)[0]?.toUpperCase()}
          </span>
          <span className={styles.who}>
            <bdi>{me.name}</bdi>
            <bdi className="soft">{me.email}</bdi>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} />}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={logOut}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
