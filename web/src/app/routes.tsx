/** Every address of the app, in one place. Names and search words never stand in an address that the server sees. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from '../base/problem.ts';
import { meOptions } from '../features/accounts/api.ts';
import { Frame } from './frame/frame.tsx';
import { NotFound, PageFailed } from './page-failed.tsx';
import { queryClient } from './query-client.ts';
import { SessionGuard } from './session-guard.tsx';
import { ToastList } from './toast-list.tsx';

const root = createRootRoute({
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

/** For people who are not logged in. */
const logInPage = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  validateSearch: ({ to }: Record<string, unknown>) => (isOwnAddress(to) ? { to } : {}),
  component: lazyRouteComponent(() => import('../features/accounts/log-in-page.tsx'), 'LogInPage'),
});
const signUpPage = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('../features/accounts/sign-up-page.tsx'), 'SignUpPage'),
});
const recoverPage = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  component: lazyRouteComponent(() => import('../features/accounts/recover-page.tsx'), 'RecoverPage'),
});
const kitPage = createRoute({
  getParentRoute: () => root,
  path: '/recovery-kit',
  component: lazyRouteComponent(() => import('../features/accounts/kit-page.tsx'), 'KitPage'),
});

/** The side bar, the search box and the bell; whoever is not logged in is sent to the log-in page and back. */
const frame = createRoute({
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
const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/files', replace: true });
  },
});

type FolderSearch = {
  readonly sort?: 'size' | 'modified' | 'created';
  readonly down?: true;
  readonly versions?: string;
};
const folderSearch = ({ sort, down, versions }: Record<string, unknown>): FolderSearch => ({
  ...(sort === 'size' || sort === 'modified' || sort === 'created' ? { sort } : {}),
  ...(down === true ? { down } : {}),
  ...(typeof versions === 'string' ? { versions } : {}),
});
const FilesPage = lazyRouteComponent(() => import('../features/files/files-page.tsx'), 'FilesPage');
const myDrive = createRoute({
  getParentRoute: () => frame,
  path: '/files',
  validateSearch: folderSearch,
  component: FilesPage,
});
const folder = createRoute({
  getParentRoute: () => frame,
  path: '/drives/$driveId/folders/$folderId',
  validateSearch: folderSearch,
  component: FilesPage,
});
const trash = createRoute({
  getParentRoute: () => frame,
  path: '/trash',
  component: lazyRouteComponent(() => import('../features/files/trash-page.tsx'), 'TrashPage'),
});
const search = createRoute({
  getParentRoute: () => frame,
  path: '/search',
  component: lazyRouteComponent(() => import('../features/files/search-page.tsx'), 'SearchPage'),
});
const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/accounts/settings-page.tsx'), 'SettingsPage'),
});

/** Their places in the side bar are final; each says in one sentence that it is not in this version. */
const later = ['/shared-drives', '/shared', '/chat', '/security', '/activity', '/admin'] as const;
const laterPages = later.map((path) =>
  createRoute({
    getParentRoute: () => frame,
    path,
    component: lazyRouteComponent(() => import('./later-page.tsx'), 'LaterPage'),
  }),
);

export const router = createRouter({
  routeTree: root.addChildren([
    logInPage,
    signUpPage,
    recoverPage,
    kitPage,
    frame.addChildren([home, myDrive, folder, trash, search, settings, ...laterPages]),
  ]),
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: NotFound,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** An address of another site would make the log-in page a springboard for whoever fakes ours. */
function isOwnAddress(to: unknown): to is string {
  return typeof to === 'string' && to.startsWith('/') && URL.parse(to, location.origin)?.origin === location.origin;
}
