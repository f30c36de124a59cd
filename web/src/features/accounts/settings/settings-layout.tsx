import { Button } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { page } from '../../../app/frame/page.ts';
import { settingsParts } from '../../../app/frame/parts.ts';
import { Tabs } from '../../../base/pages/tabs.tsx';
import { useMe } from '../api.ts';
import { useLogOut } from '../use-log-out.ts';

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
      <Tabs label="Settings" tabs={settingsParts(me?.role)} />
      <Outlet />
    </div>
  );
}
