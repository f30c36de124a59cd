/** What stands around every page, and around those of somebody who is logged in. */
import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { isSignedOut } from '../base/requests/problem.ts';
import { meOptions } from '../features/accounts/api.ts';
import { Frame } from './frame/frame.tsx';
import { NotFound } from './page-failed.tsx';
import { queryClient } from './query-client.ts';
import { SessionGuard } from './session-guard.tsx';
import { ToastList } from './toast-list.tsx';

export const root = createRootRoute({
  component: () => (
    <>
      <SessionGuard>
        <Outlet />
      </SessionGuard>
      <ToastList />
    </>
  ),
  notFoundComponent: NotFound,
});

/** The side bar, the search box and the bell; whoever is not logged in is sent to the log-in page and back. */
export const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.query({ ...meOptions, staleTime: 'static' });
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: '/log-in', search: location.href === '/' ? {} : { to: location.href } });
    }
  },
  component: Frame,
});
