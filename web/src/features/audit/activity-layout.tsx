import { Outlet } from '@tanstack/react-router';
import { page } from '../../app/frame/page.ts';
import { type Tab, Tabs } from '../../base/tabs.tsx';
import { useMe } from '../accounts/api.ts';

const tabs: readonly Tab[] = [
  { label: 'My account', to: '/activity' },
  { label: 'Everybody', to: '/activity/everybody' },
];

export function ActivityLayout() {
  const me = useMe();
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Activity</h1>
      </header>
      {me?.role === 'admin' && <Tabs label="Activity" tabs={tabs} />}
      <Outlet />
    </div>
  );
}
