import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useEffect, useState } from 'react';
import { page } from '../../../app/frame/page.ts';
import { Empty } from '../../../base/pages/empty.tsx';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { type MessageView, searchMessages } from '../api.ts';
import { FoundMessages } from './found-message.tsx';
import { useRoomNames } from '../names.ts';
import { useRooms } from '../lists/use-rooms.ts';

const LIMIT = 100;
const MOST = 1000;

/** What somebody looks for stands after the # of the address, so that a link to it works and no history of a server holds it. */
export function ChatSearchPage() {
  usePageTitle('Search in chat');
  const { hash } = useLocation();
  const { room: roomId }: { readonly room?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const linked = new URLSearchParams(hash).get('for') ?? '';
  const [text, setText] = useState(linked);
  const [settled] = useDebouncedValue(text.trim(), 300);
  // A link to another search, or the way back to one, while this page is open.
  const [followed, setFollowed] = useState(linked);
  if (linked !== followed) {
    setFollowed(linked);
    if (linked !== settled) setText(linked);
  }
  useEffect(() => {
    // Whoever has gone on to another page is not taken back, however late that page comes.
    if (location.pathname !== '/chat/search') return;
    void navigate({
      to: '/chat/search',
      search: roomId === undefined ? {} : { room: roomId },
      hash: settled === '' ? '' : `for=${encodeURIComponent(settled)}`,
      replace: true,
    });
  }, [settled, roomId, navigate]);
  // More is looked for once, and not of what is searched next.
  const asked = `${settled} ${roomId ?? ''}`;
  const [more, setMore] = useState({ asked, limit: LIMIT });
  const limit = more.asked === asked ? more.limit : LIMIT;
  const search = useMessageSearch(settled, roomId, limit);
  const rooms = useRooms().data ?? [];
  const names = useRoomNames(rooms);

  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Search in chat</h1>
      </header>
      <div className={page.content}>
        <div className={sections.row}>
          <TextInput
            aria-label="Words"
            placeholder="Words that the message holds"
            leftSection={<IconSearch size={16} aria-hidden />}
            type="search"
            dir="auto"
            autoFocus
            maxLength={500}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <NativeSelect
            aria-label="Where"
            value={roomId ?? ''}
            data={[
              { value: '', label: 'Everywhere' },
              ...rooms.map((each, at) => ({ value: each.roomId, label: names[at] ?? '' })),
            ]}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ to: '/chat/search', search: value === '' ? {} : { room: value }, hash, replace: true })
            }
          />
        </div>
        {search.error !== null && <ProblemNote error={search.error} tried="Search" />}
        {settled === '' ? (
          <Empty icon={<IconSearch size={40} stroke={1.3} />} title="Find what was said">
            <p>In every room that you may read. All words have to be in the message; the newest come first.</p>
          </Empty>
        ) : (
          <>
            <p className="soft" role="status">
              {search.found.length === 0 && !search.isLooking
                ? search.error === null && 'Nothing found.'
                : `${counted(search.found.length, 'message')}${search.isLooking ? ' so far, still looking …' : '.'}`}
            </p>
            <FoundMessages label="Found messages" messages={search.found} />
            {!search.isLooking && search.found.length >= MOST && (
              <p className="soft">These are the newest {counted(MOST, 'message')}. More words find older ones.</p>
            )}
            {!search.isLooking && limit < MOST && search.found.length >= limit && (
              <Button variant="default" mt={16} onClick={() => setMore({ asked, limit: Math.min(limit * 3, MOST) })}>
                Look for more
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  );
}

interface MessageSearch {
  readonly key: string;
  readonly found: readonly MessageView[];
  readonly isLooking: boolean;
  readonly error: unknown;
}

/** Shows each message as it is found. */
function useMessageSearch(query: string, roomId: string | undefined, limit: number): MessageSearch {
  const key = `${query} ${roomId ?? ''} ${limit}`;
  const [search, setSearch] = useState<MessageSearch | null>(null);
  useEffect(() => {
    if (query === '') return;
    const left = new AbortController();
    const look = async (): Promise<void> => {
      const found: MessageView[] = [];
      const show = (isLooking: boolean, error: unknown = null): void => {
        if (!left.signal.aborted) setSearch({ key, found: [...found], isLooking, error });
      };
      try {
        const words = { query, limit, ...(roomId === undefined ? {} : { roomId }) };
        for await (const message of searchMessages(words, left.signal)) {
          found.push(message);
          show(true);
        }
        show(false);
      } catch (error) {
        show(false, error);
      }
    };
    void look();
    return () => left.abort();
  }, [query, roomId, limit, key]);
  return search?.key === key ? search : { key, found: [], isLooking: query !== '', error: null };
}
