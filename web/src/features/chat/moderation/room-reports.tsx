/** Where something waits for a moderator: the rooms of this person with reports that nobody has closed. */
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRooms } from '../lists/use-rooms.ts';
import { openReportsOptions, reportsInWords } from './api.ts';
import styles from './moderation.module.css';

/** More rooms are not asked; each says so itself when it is opened. */
const MOST = 100;

export function RoomReports() {
  const moderated = (useRooms().data ?? []).filter((room) => room.kind !== 'direct' && room.role !== 'member');
  const rooms = moderated.filter(({ archived }) => !archived).slice(0, MOST);
  const found = useQueries({ queries: rooms.map(({ roomId }) => openReportsOptions(roomId)) });
  const open = rooms.flatMap(({ roomId, name }, at) => {
    const reports = found[at]?.data;
    return reports && reports.count > 0 ? [{ roomId, name, reports }] : [];
  });
  const isKnown = found.every(({ isSuccess }) => isSuccess);
  return (
    <section className={styles.part}>
      <h2>In rooms that you moderate</h2>
      {open.length === 0 && isKnown && (
        <p className="soft">
          {rooms.length === 0 ? 'You moderate no room.' : 'No report is open in the rooms that you moderate.'}
        </p>
      )}
      {found.some(({ isError }) => isError) && (
        <p className="soft">Some rooms could not be asked: open them to see whether something was reported.</p>
      )}
      <ul className={styles.list} aria-label="Rooms with open reports">
        {open.map(({ roomId, name, reports }) => (
          <li key={roomId} className={styles.entry}>
            <Link
              to="/chat/rooms/$roomId"
              params={{ roomId }}
              search={{ panel: 'moderation' as const, part: 'reports' as const }}
            >
              #<bdi>{name}</bdi>
            </Link>
            <span className="soft">{reportsInWords(reports)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
