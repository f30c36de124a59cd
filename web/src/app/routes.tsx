/** Every address of the app, in one place. Names of files and what is searched for among them never stand in an address that the server sees. */
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
import { filterFrom, type FindingsFilter } from '../features/findings/filter.ts';
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

const accountDeletedPage = createRoute({
  getParentRoute: () => root,
  path: '/account-deleted',
  component: lazyRouteComponent(() => import('../features/accounts/account-deleted-page.tsx'), 'AccountDeletedPage'),
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
  component: lazyRouteComponent(() => import('../features/accounts/settings/settings-layout.tsx'), 'SettingsLayout'),
});
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(() => import('../features/accounts/settings/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyRouteComponent(() => import('../features/accounts/settings/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/app-passwords',
    component: lazyRouteComponent(
      () => import('../features/accounts/settings/app-passwords-page.tsx'),
      'AppPasswordsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    component: lazyRouteComponent(() => import('../features/accounts/settings/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/invitations',
    component: lazyRouteComponent(() => import('../features/accounts/admin/invitations-page.tsx'), 'InvitationsPage'),
  }),
] as const;

const admin = createRoute({
  getParentRoute: () => frame,
  path: '/admin',
  component: lazyRouteComponent(() => import('../features/accounts/admin/admin-layout.tsx'), 'AdminLayout'),
});
const adminPages = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    component: lazyRouteComponent(() => import('../features/accounts/admin/people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/invitations',
    component: lazyRouteComponent(() => import('../features/accounts/admin/invitations-page.tsx'), 'InvitationsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/storage',
    component: lazyRouteComponent(() => import('../features/files/storage/storage-page.tsx'), 'StoragePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/workspace',
    component: lazyRouteComponent(() => import('../features/accounts/admin/workspace-page.tsx'), 'WorkspacePage'),
  }),
] as const;

const activity = createRoute({
  getParentRoute: () => frame,
  path: '/activity',
  component: lazyRouteComponent(() => import('../features/audit/activity-layout.tsx'), 'ActivityLayout'),
});
const activityPages = [
  createRoute({
    getParentRoute: () => activity,
    path: '/',
    component: lazyRouteComponent(() => import('../features/audit/my-activity-page.tsx'), 'MyActivityPage'),
  }),
  createRoute({
    getParentRoute: () => activity,
    path: '/everybody',
    validateSearch: ({ about }: Record<string, unknown>): { readonly about?: string } =>
      typeof about === 'string' ? { about } : {},
    component: lazyRouteComponent(
      () => import('../features/audit/everybody-activity-page.tsx'),
      'EverybodyActivityPage',
    ),
  }),
] as const;

const security = createRoute({
  getParentRoute: () => frame,
  path: '/security',
  component: lazyRouteComponent(() => import('../features/findings/security-layout.tsx'), 'SecurityLayout'),
});
/** Findings stand in clear at the server, which is asked for them by the same words. */
type FindingsSearch = FindingsFilter & { readonly finding?: string };
const securityPages = [
  createRoute({
    getParentRoute: () => security,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/security/findings', replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => security,
    path: '/findings',
    validateSearch: (search: Record<string, unknown>): FindingsSearch => ({
      ...filterFrom(search),
      ...(typeof search['finding'] === 'string' ? { finding: search['finding'] } : {}),
    }),
    component: lazyRouteComponent(() => import('../features/findings/findings-page.tsx'), 'FindingsPage'),
  }),
  createRoute({
    getParentRoute: () => security,
    path: '/rules',
    component: lazyRouteComponent(() => import('../features/findings/rules-page.tsx'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => security,
    path: '/runs',
    validateSearch: ({ from, to }: Record<string, unknown>): { readonly from?: string; readonly to?: string } =>
      typeof from === 'string' && typeof to === 'string' ? { from, to } : {},
    component: lazyRouteComponent(() => import('../features/findings/runs-page.tsx'), 'RunsPage'),
  }),
] as const;

/** Their places in the side bar are final; each says in one sentence that it is not in this version. */
const later = ['/shared-drives', '/shared', '/chat'] as const;
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
    accountDeletedPage,
    frame.addChildren([
      home,
      myDrive,
      folder,
      trash,
      search,
      settings.addChildren(settingsPages),
      admin.addChildren(adminPages),
      activity.addChildren(activityPages),
      security.addChildren(securityPages),
      ...laterPages,
    ]),
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
