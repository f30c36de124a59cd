import { Outlet } from '@tanstack/react-router';
import IconShieldLock from '@tabler/icons-react/icons/IconShieldLock';
import { page } from '../../app/frame/page.ts';
import { securityParts } from '../../app/frame/parts.ts';
import { Empty } from '../../base/pages/empty.tsx';
import { Tabs } from '../../base/pages/tabs.tsx';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { useMe } from '../accounts/api.ts';

/** A finding shows where one can get in: whoever is no admin is told so, and the server is not even asked. */
export function SecurityLayout() {
  const me = useMe();
  if (!me) return null;
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Security</h1>
      </header>
      {me.role === 'admin' ? (
        <>
          <Tabs label="Security" tabs={securityParts} />
          <Outlet />
        </>
      ) : (
        <ForAdmins />
      )}
    </div>
  );
}

function ForAdmins() {
  usePageTitle('Security');
  return (
    <Empty icon={<IconShieldLock size={40} stroke={1.3} />} title="Only admins see this page">
      <p>
        What the guards found in buckets, hosts and the network shows where one could get in, so it is kept to as few
        people as possible. If you look after these, ask an admin to make you one under Admin, People.
      </p>
    </Empty>
  );
}
