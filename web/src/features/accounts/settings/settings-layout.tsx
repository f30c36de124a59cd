import { Button } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { page } from '../../../app/frame/page.ts';
import { type Tab, Tabs } from '../../../base/tabs.tsx';
import { useMe } from '../api.ts';
import { useLogOut } from '../use-log-out.ts';

const tabs: readonly Tab[] = [
  { label: 'Account', to: '/settings' },
  { label: 'Sessions', to: '/settings/sessions' },
  { label: 'App passwords', to: '/settings/app-passwords' },
  { label: 'Password and keys', to: '/settings/keys' },
  { label: 'Notices', to: '/settings/notices' },
];
/** Admins have them under Admin, with those of everybody; guests invite nobody. */
const invitations: Tab = { label: 'Invitations', to: '/settings/invitations' };

export function SettingsLayout() {
  const me = useMe();
  const logOut = useLogOut();
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Settings</h1>
        <Button variant="default" onClick={logOut}>
          Log out
        </Button>
      </header>
      <Tabs label="Settings" tabs={me?.role === 'member' ? [...tabs, invitations] : tabs} />
      <Outlet />
    </div>
  );
}
