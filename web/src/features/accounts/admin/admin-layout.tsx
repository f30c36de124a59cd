import { Outlet } from '@tanstack/react-router';
import { page } from '../../../app/frame/page.ts';
import { adminParts } from '../../../app/frame/parts.ts';
import { Tabs } from '../../../base/pages/tabs.tsx';

/** Somebody who is no admin sees the server's refusal in the place of each part. */
export function AdminLayout() {
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Admin</h1>
      </header>
      <Tabs label="Admin" tabs={adminParts} />
      <Outlet />
    </div>
  );
}
