import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import IconDeviceDesktop from '@tabler/icons-react/icons/IconDeviceDesktop';
import IconFileImport from '@tabler/icons-react/icons/IconFileImport';
import IconFolderPlus from '@tabler/icons-react/icons/IconFolderPlus';
import IconFolderUp from '@tabler/icons-react/icons/IconFolderUp';
import IconHash from '@tabler/icons-react/icons/IconHash';
import IconKey from '@tabler/icons-react/icons/IconKey';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import IconMoon from '@tabler/icons-react/icons/IconMoon';
import IconServer from '@tabler/icons-react/icons/IconServer';
import IconSun from '@tabler/icons-react/icons/IconSun';
import IconUpload from '@tabler/icons-react/icons/IconUpload';
import IconUser from '@tabler/icons-react/icons/IconUser';
import IconUserPlus from '@tabler/icons-react/icons/IconUserPlus';
import type { ComponentType, ReactElement } from 'react';
import { latePart } from '../../late-part.tsx';
import { useMe } from '../../../features/accounts/api.ts';
import { useLogOut } from '../../../features/accounts/use-log-out.ts';
import { NewFolder } from '../../../features/files/new-folder.tsx';
import { chooseFiles } from '../../../features/files/uploads/choose-files.ts';
import { upload } from '../../../features/files/uploads/uploads.ts';
import { type Choice, type Ranked, ranked } from './choice.ts';
import { useOpenFolder } from './use-open-folder.ts';

const NewRoom = latePart(
  'Make a room',
  async () => (await import('../../../features/chat/lists/new-room.tsx')).NewRoom,
);
const StartConversation = latePart(
  'Start a conversation',
  async () => (await import('../../../features/chat/lists/start-conversation.tsx')).StartConversation,
);
const MakeInvite = latePart(
  'Invite somebody',
  async () => (await import('../../../features/accounts/admin/make-invite.tsx')).MakeInvite,
);
const MakeAppPassword = latePart(
  'Make an app password',
  async () => (await import('../../../features/accounts/settings/make-app-password.tsx')).MakeAppPassword,
);
const AddHost = latePart(
  'Add a host',
  async () => (await import('../../../features/hosts/fleet/add-host-dialog.tsx')).AddHostDialog,
);
const ReadCapture = latePart(
  'Read a capture',
  async () => (await import('../../../features/network/captures/capture-dialog.tsx')).CaptureDialog,
);

type Icon = ComponentType<{ size?: number; stroke?: number }>;
interface Action {
  readonly choice: Choice;
  readonly beside: string;
}

const offered = (label: string, Icon: Icon) => ({
  ...{ key: label, label, hint: 'Action' },
  icon: <Icon size={18} stroke={1.6} aria-hidden />,
});
/** `beside`: other words that people look for it by. */
const act = (label: string, Icon: Icon, go: () => void, beside = ''): Action => ({
  ...{ choice: { ...offered(label, Icon), go }, beside },
});
const asking = (label: string, Icon: Icon, ask: (onClose: () => void) => ReactElement, beside = ''): Action => ({
  ...{ choice: { ...offered(label, Icon), ask }, beside },
});

const looks: readonly { readonly scheme: MantineColorScheme; readonly label: string; readonly Icon: Icon }[] = [
  { scheme: 'light', label: 'Light appearance', Icon: IconSun },
  { scheme: 'dark', label: 'Dark appearance', Icon: IconMoon },
  { scheme: 'auto', label: 'Appearance as the system', Icon: IconDeviceDesktop },
];

/** What can be done from any page: each does what its button on its own page does. */
export function useActions(text: string): readonly Ranked[] {
  const logOut = useLogOut();
  const role = useMe()?.role;
  const folder = useOpenFolder();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const files = ({ drive, folderId, goThere }: NonNullable<typeof folder>): readonly Action[] => {
    const to = { driveId: drive.id, folderId };
    const choose = (what: 'files' | 'folder') => (): void =>
      chooseFiles(what, (given) => {
        upload(given, to);
        goThere();
      });
    return [
      act('Upload files', IconUpload, choose('files'), 'add store'),
      act('Upload a folder', IconFolderUp, choose('folder'), 'add store'),
      asking(
        'New folder',
        IconFolderPlus,
        (onClose) => <NewFolder {...to} onMade={goThere} onClose={onClose} />,
        'make',
      ),
    ];
  };
  return ranked(text, [
    ...(folder ? files(folder) : []),
    asking('New room', IconHash, (onClose) => <NewRoom onClose={onClose} />, 'make chat'),
    asking('Start a conversation', IconUser, (onClose) => <StartConversation onClose={onClose} />, 'new write chat'),
    act('Log out', IconLogout, logOut, 'sign out leave'),
    ...looks
      .filter(({ scheme }) => scheme !== colorScheme)
      .map(({ scheme, label, Icon }) => act(label, Icon, () => setColorScheme(scheme), 'mode theme')),
    ...(role === 'admin' || role === 'member'
      ? [
          asking('Invite somebody', IconUserPlus, (onClose) => (
            <MakeInvite asAdmin={role === 'admin'} onClose={onClose} />
          )),
        ]
      : []),
    asking('Make an app password', IconKey, (onClose) => <MakeAppPassword onClose={onClose} />, 'new'),
    ...(role === 'admin'
      ? [
          asking('Add a host', IconServer, (onClose) => <AddHost onClose={onClose} />, 'enrol new'),
          asking('Read a capture', IconFileImport, (onClose) => <ReadCapture onClose={onClose} />, 'pcap upload'),
        ]
      : []),
  ]);
}
