/** The house as people see it: what stands in the side bar, in the bottom bar of a phone, and in the palette. */
import IconActivity from '@tabler/icons-react/icons/IconActivity';
import IconFolder from '@tabler/icons-react/icons/IconFolder';
import IconMessageCircle from '@tabler/icons-react/icons/IconMessageCircle';
import IconSettings from '@tabler/icons-react/icons/IconSettings';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import IconUserShare from '@tabler/icons-react/icons/IconUserShare';
import IconUsers from '@tabler/icons-react/icons/IconUsers';
import IconUsersGroup from '@tabler/icons-react/icons/IconUsersGroup';
import type { ComponentType } from 'react';

export interface Place {
  readonly label: string;
  readonly to:
    | '/files'
    | '/shared-drives'
    | '/shared'
    | '/trash'
    | '/chat'
    | '/security'
    | '/activity'
    | '/settings'
    | '/admin';
  readonly Icon: ComponentType<{ size?: number; stroke?: number }>;
  /** The page says in one sentence that it is not in this version. */
  readonly later?: true;
  readonly adminsOnly?: true;
}

export const filePlaces: readonly Place[] = [
  { label: 'My drive', to: '/files', Icon: IconFolder },
  { label: 'Shared drives', to: '/shared-drives', Icon: IconUsersGroup, later: true },
  { label: 'Shared with me', to: '/shared', Icon: IconUserShare, later: true },
  { label: 'Trash', to: '/trash', Icon: IconTrash },
];

export const chatPlaces: readonly Place[] = [{ label: 'Chat', to: '/chat', Icon: IconMessageCircle }];

export const otherPlaces: readonly Place[] = [
  { label: 'Security', to: '/security', Icon: IconShieldCheck },
  { label: 'Activity', to: '/activity', Icon: IconActivity },
];

export const ownPlaces: readonly Place[] = [
  { label: 'Settings', to: '/settings', Icon: IconSettings },
  { label: 'Admin', to: '/admin', Icon: IconUsers, adminsOnly: true },
];
