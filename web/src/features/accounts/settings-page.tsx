import { Button } from '@mantine/core';
import { usePageTitle } from '../../base/use-page-title.ts';
import { page } from '../../app/frame/page.ts';
import { useMe } from './api.ts';
import { useLogOut } from './use-log-out.ts';

export function SettingsPage() {
  usePageTitle('Settings');
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
      <div className={page.content}>
        <p>
          Logged in as <bdi>{me?.name}</bdi>, <bdi>{me?.email}</bdi>.
        </p>
      </div>
    </div>
  );
}
