/** What a person keeps for later, and where they were named. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import IconAt from '@tabler/icons-react/icons/IconAt';
import IconBookmark from '@tabler/icons-react/icons/IconBookmark';
import { page } from '../../../app/frame/page.ts';
import { showError, showToast } from '../../../app/toasts.ts';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { keptOptions, type MessageView, saveMessage } from '../api.ts';
import { FoundMessages } from './found-message.tsx';

export function SavedPage() {
  const queries = useQueryClient();
  const change = async (message: MessageView, on: boolean): Promise<void> => {
    await saveMessage(message, on);
    await queries.invalidateQueries({ queryKey: ['chat', 'saved'] });
  };
  const forget = (message: MessageView): void => {
    change(message, false).then(
      () => showToast({ text: 'Not kept any more.', undo: () => change(message, true) }),
      (error: unknown) => showError('Take the message off the list', error),
    );
  };
  return (
    <Kept
      which="saved"
      title="Saved messages"
      empty="Nothing is saved for later"
      hint="Choose “Save for later” at a message, and it will be here. Nobody else sees this list."
      onForget={forget}
    />
  );
}

export function MentionsPage() {
  return (
    <Kept
      which="mentions"
      title="Mentions"
      empty="Nobody has named you yet"
      hint="Messages with your handle behind an @ will be here."
    />
  );
}

interface KeptProps {
  readonly which: 'saved' | 'mentions';
  readonly title: string;
  readonly empty: string;
  readonly hint: string;
  readonly onForget?: (message: MessageView) => void;
}

function Kept({ which, title, empty, hint, onForget }: KeptProps) {
  usePageTitle(title);
  const list = useInfiniteQuery(keptOptions(which));
  const messages = list.data?.pages.flatMap((each) => each.messages) ?? [];
  const Icon = which === 'saved' ? IconBookmark : IconAt;
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>{title}</h1>
      </header>
      <div className={page.content}>
        {list.error && (
          <ProblemNote error={list.error} tried={`Show ${title.toLowerCase()}`} onRetry={() => void list.refetch()} />
        )}
        {list.data && messages.length === 0 && (
          <Empty icon={<Icon size={40} stroke={1.3} />} title={empty}>
            <p>{hint}</p>
          </Empty>
        )}
        <FoundMessages label={title} messages={messages} onForget={onForget} />
        {list.hasNextPage && (
          <Button variant="default" mt={16} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </div>
  );
}
