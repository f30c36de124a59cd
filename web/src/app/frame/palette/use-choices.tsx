import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import { useMe } from '../../../features/accounts/api.ts';
import { type EntryView, findOptions, recentOptions } from '../../../features/files/api.ts';
import { EntryIcon } from '../../../features/files/entry-icon.tsx';
import { useDrive } from '../../../features/files/use-folder.ts';
import { around, type Choice, MOST } from './choice.ts';
import { useActions } from './use-actions.tsx';
import { useChat } from './use-chat.tsx';
import { usePages } from './use-pages.tsx';

/** Before anything is typed: what is unread, recent files, every place, and what can be done. */
export function useChoices(text: string): { readonly choices: readonly Choice[]; readonly isLooking: boolean } {
  const chat = useChat(text);
  const { files, isLooking } = useFiles(text);
  const pages = usePages(text);
  const actions = useActions(text);
  const searches = useSearches(text);
  if (text !== '') return { choices: [...around(files, [...chat, ...pages, ...actions]), ...searches], isLooking };
  const all = [...chat.map(({ choice }) => choice), ...files, ...[...pages, ...actions].map(({ choice }) => choice)];
  return { choices: all, isLooking };
}

function useFiles(text: string): { readonly files: readonly Choice[]; readonly isLooking: boolean } {
  const navigate = useNavigate();
  const { drive } = useDrive(undefined);
  const [settled] = useDebouncedValue(text, 200);
  const found = useQuery(findOptions(drive?.id ?? '', drive ? settled : '', MOST));
  const recent = useQuery({ ...recentOptions, enabled: text === '' });
  const openEntry = (entry: EntryView): void => {
    const folderId = entry.kind === 'folder' ? entry.id : (entry.folderId ?? 'root');
    void navigate({
      to: '/drives/$driveId/folders/$folderId',
      params: { driveId: entry.driveId, folderId },
      search: entry.kind === 'file' ? { versions: entry.id } : {},
    });
  };
  const shown = (text === '' ? recent.data?.entries.slice(0, MOST) : settled === text ? found.data?.found : []) ?? [];
  const files = shown.map(({ entry, path }) => ({
    ...{ key: entry.id, label: entry.name, hint: path.slice(0, path.lastIndexOf('/')) || '/' },
    icon: <EntryIcon entry={entry} size={18} />,
    go: () => openEntry(entry),
  }));
  return { files, isLooking: text !== '' && (settled !== text || found.isFetching) };
}

/** The pages that search for what is typed. Findings are not asked for here: what somebody types, names of files too, would stand in an address. */
function useSearches(text: string): readonly Choice[] {
  const navigate = useNavigate();
  const isAdmin = useMe()?.role === 'admin';
  if (text === '') return [];
  return [
    {
      ...{ key: 'search files', label: `All files with “${text}” in their name`, hint: '' },
      icon: <IconSearch size={18} stroke={1.6} aria-hidden />,
      go: () => void navigate({ to: '/search', hash: `for=${encodeURIComponent(text)}` }),
    },
    ...(isAdmin
      ? [
          {
            ...{ key: 'search findings', label: `Open findings with “${text}”`, hint: 'Title, check or resource' },
            icon: <IconShieldCheck size={18} stroke={1.6} aria-hidden />,
            go: () => void navigate({ to: '/security/findings', search: { text } }),
          },
        ]
      : []),
  ];
}
