import { Outlet } from '@tanstack/react-router';
import { page } from '../../../app/frame/page.ts';
import { type Tab, Tabs } from '../../../base/tabs.tsx';

const tabs: readonly Tab[] = [
  { label: 'People', to: '/admin' },
  { label: 'Invitations', to: '/admin/invitations' },
  { label: 'Storage', to: '/admin/storage' },
  { label: 'Channels', to: '/admin/channels' },
  { label: 'Workspace', to: '/admin/workspace' },
];

/** Somebody who is no admin sees the server's refusal in the place of each part. */
export function AdminLayout() {
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Admin</h1>
      </header>
      <Tabs label="Admin" tabs={tabs} />
      <Outlet />
    </div>
  );
}
