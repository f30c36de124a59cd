/** A room or conversation: what was said, and where one writes. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { page } from '../../../app/frame/page.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { whereOf } from '../timeline/room-place.ts';
import { Room } from './room.tsx';
import { useRooms } from '../lists/use-rooms.ts';

export function RoomPage() {
  const { roomId = '', sequence } = useParams({ strict: false });
  const search: { readonly at?: string } = useSearch({ strict: false });
  const { data, error, refetch } = useRooms();
  const room = data?.find((each) => each.roomId === roomId);
  if (error && !data) {
    return (
      <div className={page.content}>
        <ProblemNote error={error} tried="Show the room" onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!data) return null;
  if (!room) return <NoRoom />;
  return <Room key={roomId} room={room} where={whereOf(sequence, search.at)} />;
}

function NoRoom() {
  usePageTitle('No such room');
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>There is no such room for you</h1>
      </header>
      <div className={page.content}>
        <p>
          It may be private, or gone. Ask a member to add you, or choose another of <Link to="/chat">your rooms</Link>.
        </p>
      </div>
    </div>
  );
}
