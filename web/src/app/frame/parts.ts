/** The parts of the places in the side bar: the tabs of their pages, to which the search box goes as well. */
import type { Tab } from '../../base/pages/tabs.tsx';

export const securityParts: readonly Tab[] = [
  { label: 'Overview', to: '/security' },
  { label: 'Findings', to: '/security/findings' },
  { label: 'Buckets', to: '/security/buckets', holdsMore: true },
  { label: 'Hosts', to: '/security/hosts', holdsMore: true },
  { label: 'Network', to: '/security/network', holdsMore: true },
  { label: 'Rules', to: '/security/rules' },
  { label: 'Runs', to: '/security/runs' },
];

export const networkParts: readonly Tab[] = [
  { label: 'Live', to: '/security/network' },
  { label: 'Flows', to: '/security/network/flows', holdsMore: true },
  { label: 'Alerts', to: '/security/network/alerts' },
];

export const activityParts: readonly Tab[] = [
  { label: 'My account', to: '/activity' },
  { label: 'Everybody', to: '/activity/everybody' },
];

const ownParts: readonly Tab[] = [
  { label: 'Account', to: '/settings' },
  { label: 'Sessions', to: '/settings/sessions' },
  { label: 'App passwords', to: '/settings/app-passwords' },
  { label: 'Password and keys', to: '/settings/keys' },
  { label: 'Notices', to: '/settings/notices' },
];

/** Admins have the invitations under Admin, with those of everybody; guests invite nobody. */
export function settingsParts(role: 'admin' | 'member' | 'guest' | undefined): readonly Tab[] {
  return role === 'member' ? [...ownParts, { label: 'Invitations', to: '/settings/invitations' }] : ownParts;
}

export const adminParts: readonly Tab[] = [
  { label: 'People', to: '/admin' },
  { label: 'Invitations', to: '/admin/invitations' },
  { label: 'Storage', to: '/admin/storage' },
  { label: 'Channels', to: '/admin/channels' },
  { label: 'Workspace', to: '/admin/workspace' },
];
