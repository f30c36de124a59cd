import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import IconPin from '@tabler/icons-react/icons/IconPin';
import { SideDrawer } from '../../../base/dialogs/dialog.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { pinsOptions, type RoomView } from '../api.ts';
import { FoundMessages } from '../found/found-message.tsx';

export function PinsDrawer({ room, onClose }: { readonly room: RoomView; readonly onClose: () => void }) {
  const { roomId } = room;
  const pins = useInfiniteQuery(pinsOptions(roomId));
  const messages = pins.data?.pages.flatMap((page) => page.messages) ?? [];
  return (
    <SideDrawer onClose={onClose} size={460} title="Pinned messages">
      {pins.error && <ProblemNote error={pins.error} tried="Show what is pinned" onRetry={() => void pins.refetch()} />}
      {pins.data && messages.length === 0 && (
        <Empty icon={<IconPin size={40} stroke={1.3} />} title="Nothing is pinned">
          <p>A moderator pins what everybody in the room should find again.</p>
        </Empty>
      )}
      <FoundMessages label="Pinned messages" messages={messages} />
      {pins.hasNextPage && (
        <Button variant="default" mt={16} loading={pins.isFetchingNextPage} onClick={() => void pins.fetchNextPage()}>
          Show more
        </Button>
      )}
    </SideDrawer>
  );
}
