import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useEffect, useState } from 'react';
import { page } from '../../app/frame/page.ts';
import { Name, Time } from '../../base/text/bits.tsx';
import { Empty } from '../../base/pages/empty.tsx';
import { counted, formatSize } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { type EntryView, findOptions } from './api.ts';
import { CopiesShield } from './copies-shield.tsx';
import { EntryIcon } from './entry-icon.tsx';
import { FoundLink } from './found-link.tsx';
import rows from './rows.module.css';
import { useDrive } from './use-folder.ts';

const LIMIT = 500;

/** What somebody looks for stands after the # of the address: a link to it works, and no server's log holds it. */
export function SearchPage() {
  usePageTitle('Search');
  const { hash } = useLocation();
  const navigate = useNavigate();
  const asked = new URLSearchParams(hash).get('for') ?? '';
  const [text, setText] = useState(asked);
  const [settled] = useDebouncedValue(text, 250);
  useEffect(() => {
    // Whoever has gone on to another page is not taken back, however late that page comes.
    if (location.pathname !== '/search') return;
    void navigate({ to: '/search', hash: settled === '' ? '' : `for=${encodeURIComponent(settled)}`, replace: true });
  }, [settled, navigate]);
  const { drive } = useDrive(undefined);
  const { data, error, isFetching, refetch } = useQuery(findOptions(drive?.id ?? '', drive ? settled : '', LIMIT));

  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Search</h1>
      </header>
      <div className={page.content}>
        <TextInput
          aria-label="Part of a name"
          placeholder="Part of a name, or a pattern as in *.pdf"
          leftSection={<IconSearch size={16} aria-hidden />}
          type="search"
          dir="auto"
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {error && <ProblemNote error={error} tried="Search" onRetry={() => void refetch()} />}
        {settled === '' && (
          <Empty icon={<IconSearch size={40} stroke={1.3} />} title="Find files and folders by name">
            <p>In your whole drive. Capital letters and accents make no difference.</p>
          </Empty>
        )}
        {settled !== '' && data && (
          <>
            <p className={rows.summary} role="status">
              {data.found.length === 0 ? 'Nothing found' : counted(data.found.length, 'match', 'matches')} among{' '}
              {counted(data.looked, 'name')}
              {data.complete ? '' : '. There may be more: say more of the name'}
              {isFetching ? '…' : '.'}
            </p>
            <ul className={rows.list}>
              {data.found.map(({ entry, path }) => (
                <li key={entry.id} className={rows.row}>
                  <EntryIcon entry={entry} />
                  <div className={rows.words}>
                    <FoundLink entry={entry} className={rows.name}>
                      <Name>{entry.name}</Name>
                    </FoundLink>
                    <p className="soft">
                      <Where entry={entry} path={path} />
                    </p>
                  </div>
                  {entry.kind === 'file' && <CopiesShield copies={entry.copies} />}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function Where({ entry, path }: { readonly entry: EntryView; readonly path: string }) {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return (
    <>
      in{' '}
      {entry.folderId === null ? (
        <bdi>{folder}</bdi>
      ) : (
        <Link
          to="/drives/$driveId/folders/$folderId"
          params={{ driveId: entry.driveId, folderId: entry.folderId }}
          className="soft"
        >
          <bdi>{folder}</bdi>
        </Link>
      )}
      {entry.kind === 'file' && (
        <>
          {' '}
          · {formatSize(entry.size)} · <Time within>{entry.modifiedTime}</Time>
        </>
      )}
    </>
  );
}
