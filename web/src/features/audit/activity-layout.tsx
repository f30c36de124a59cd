import { Outlet } from '@tanstack/react-router';
import { page } from '../../app/frame/page.ts';
import { activityParts } from '../../app/frame/parts.ts';
import { Tabs } from '../../base/pages/tabs.tsx';
import { useMe } from '../accounts/api.ts';

export function ActivityLayout() {
  const me = useMe();
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Activity</h1>
      </header>
      {me?.role === 'admin' && <Tabs label="Activity" tabs={activityParts} />}
      <Outlet />
    </div>
  );
}
