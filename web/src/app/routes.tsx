/** Every address of the app, those of Security in security-routes.tsx. Names of files and what is searched for among them never stand in an address that the server sees. */
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { type SortSearch, sortSearchFrom } from '../base/lists/sorting.ts';
import { meOptions } from '../features/accounts/api.ts';
import { holdsSession } from '../features/accounts/held-session.ts';
import { roomSearchFrom } from '../features/chat/room/room-search.ts';
import { frame, root } from './frame-route.tsx';
import { lazyPage } from './lazy-page.ts';
import { NotFound, PageFailed } from './page-failed.tsx';
import { queryClient } from './query-client.ts';
import { security } from './security-routes.tsx';

/** Whoever comes back to these with a session, as by the Back button, is led on. */
const leadOn = (): void => {
  if (queryClient.getQueryData(meOptions.queryKey)) throw redirect({ to: '/files', replace: true });
};
/** Also from a bookmark or after a reload, where nobody has been asked yet whether the session holds. */
const leadOnFromLogIn = async ({ search }: { readonly search: { readonly to?: string } }): Promise<void> => {
  if (!holdsSession()) return;
  const isLoggedIn = await queryClient.query({ ...meOptions, staleTime: 'static', retry: false }).then(
    () => true,
    // It is over, or the server does not say: the form is what helps.
    () => false,
  );
  if (isLoggedIn) throw redirect({ href: search.to ?? '/files', replace: true });
};

/** For people who are not logged in. */
const logInPage = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  beforeLoad: leadOnFromLogIn,
  validateSearch: ({ to }: Record<string, unknown>) => (isOwnAddress(to) ? { to } : {}),
  component: lazyPage(() => import('../features/accounts/log-in-page.tsx'), 'LogInPage'),
});
const signUpPage = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  beforeLoad: leadOn,
  component: lazyPage(() => import('../features/accounts/sign-up-page.tsx'), 'SignUpPage'),
});
const recoverPage = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  component: lazyPage(() => import('../features/accounts/recover-page.tsx'), 'RecoverPage'),
});
const kitPage = createRoute({
  getParentRoute: () => root,
  path: '/recovery-kit',
  component: lazyPage(() => import('../features/accounts/kit-page.tsx'), 'KitPage'),
});

const accountDeletedPage = createRoute({
  getParentRoute: () => root,
  path: '/account-deleted',
  component: lazyPage(() => import('../features/accounts/account-deleted-page.tsx'), 'AccountDeletedPage'),
});
/** Letters lead here; who opens them need not be logged in. */
const confirmPage = createRoute({
  getParentRoute: () => root,
  path: '/notices/confirm',
  component: lazyPage(() => import('../features/notifications/confirm-page.tsx'), 'ConfirmPage'),
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
const FilesPage = lazyPage(() => import('../features/files/files-page.tsx'), 'FilesPage');
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
  component: lazyPage(() => import('../features/files/trash-page.tsx'), 'TrashPage'),
});
const search = createRoute({
  getParentRoute: () => frame,
  path: '/search',
  component: lazyPage(() => import('../features/files/search-page.tsx'), 'SearchPage'),
});
const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyPage(() => import('../features/accounts/settings/settings-layout.tsx'), 'SettingsLayout'),
});
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyPage(() => import('../features/accounts/settings/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyPage(() => import('../features/accounts/settings/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/app-passwords',
    component: lazyPage(() => import('../features/accounts/settings/app-passwords-page.tsx'), 'AppPasswordsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    component: lazyPage(() => import('../features/accounts/settings/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/notices',
    component: lazyPage(() => import('../features/notifications/settings/notices-page.tsx'), 'NoticesPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/invitations',
    validateSearch: sortSearchFrom,
    component: lazyPage(() => import('../features/accounts/admin/invitations-page.tsx'), 'InvitationsPage'),
  }),
] as const;

const admin = createRoute({
  getParentRoute: () => frame,
  path: '/admin',
  component: lazyPage(() => import('../features/accounts/admin/admin-layout.tsx'), 'AdminLayout'),
});
const adminPages = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    validateSearch: sortSearchFrom,
    component: lazyPage(() => import('../features/accounts/admin/people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/invitations',
    validateSearch: sortSearchFrom,
    component: lazyPage(() => import('../features/accounts/admin/invitations-page.tsx'), 'InvitationsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/storage',
    validateSearch: sortSearchFrom,
    component: lazyPage(() => import('../features/files/storage/storage-page.tsx'), 'StoragePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/channels',
    component: lazyPage(() => import('../features/notifications/admin/channels-page.tsx'), 'ChannelsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/workspace',
    component: lazyPage(() => import('../features/accounts/admin/workspace-page.tsx'), 'WorkspacePage'),
  }),
] as const;

const activity = createRoute({
  getParentRoute: () => frame,
  path: '/activity',
  component: lazyPage(() => import('../features/audit/activity-layout.tsx'), 'ActivityLayout'),
});
const activityPages = [
  createRoute({
    getParentRoute: () => activity,
    path: '/',
    validateSearch: sortSearchFrom,
    component: lazyPage(() => import('../features/audit/my-activity-page.tsx'), 'MyActivityPage'),
  }),
  createRoute({
    getParentRoute: () => activity,
    path: '/everybody',
    validateSearch: ({ about, ...rest }: Record<string, unknown>): SortSearch & { readonly about?: string } => ({
      ...sortSearchFrom(rest),
      ...(typeof about === 'string' ? { about } : {}),
    }),
    component: lazyPage(() => import('../features/audit/everybody-activity-page.tsx'), 'EverybodyActivityPage'),
  }),
] as const;

const RoomPage = lazyPage(() => import('../features/chat/room/room-page.tsx'), 'RoomPage');
const chatPages = [
  createRoute({
    getParentRoute: () => frame,
    path: '/chat',
    component: lazyPage(() => import('../features/chat/lists/chat-page.tsx'), 'ChatPage'),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/rooms/$roomId',
    validateSearch: roomSearchFrom,
    component: RoomPage,
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/search',
    validateSearch: ({ room }: Record<string, unknown>): { readonly room?: string } =>
      typeof room === 'string' ? { room } : {},
    component: lazyPage(() => import('../features/chat/found/search-page.tsx'), 'ChatSearchPage'),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/saved',
    component: lazyPage(() => import('../features/chat/found/kept-page.tsx'), 'SavedPage'),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/mentions',
    component: lazyPage(() => import('../features/chat/found/kept-page.tsx'), 'MentionsPage'),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/reports',
    component: lazyPage(() => import('../features/chat/moderation/reports-page.tsx'), 'ReportsPage'),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: '/chat/decisions',
    component: lazyPage(() => import('../features/chat/moderation/decisions-page.tsx'), 'DecisionsPage'),
  }),
  /** A permalink. */
  createRoute({ getParentRoute: () => frame, path: '/chat/rooms/$roomId/at/$sequence', component: RoomPage }),
] as const;

/** Their places in the side bar are final; each says in one sentence that it is not in this version. */
const later = ['/shared-drives', '/shared'] as const;
const laterPages = later.map((path) =>
  createRoute({
    getParentRoute: () => frame,
    path,
    component: lazyPage(() => import('./later-page.tsx'), 'LaterPage'),
  }),
);

export const router = createRouter({
  routeTree: root.addChildren([
    logInPage,
    signUpPage,
    recoverPage,
    kitPage,
    accountDeletedPage,
    confirmPage,
    frame.addChildren([
      home,
      myDrive,
      folder,
      trash,
      search,
      settings.addChildren(settingsPages),
      admin.addChildren(adminPages),
      activity.addChildren(activityPages),
      security,
      ...chatPages,
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
