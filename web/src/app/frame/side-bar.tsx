import { Link } from '@tanstack/react-router';
import { useMe } from '../../features/accounts/api.ts';
import { latePart } from '../late-part.tsx';
import { chatPlaces, filePlaces, otherPlaces, ownPlaces, type Place } from './places.tsx';
import styles from './side-bar.module.css';

const RoomsList = latePart(
  'Show the rooms',
  async () => (await import('../../features/chat/lists/rooms-list.tsx')).RoomsList,
);

export function SideBar({ onGo }: { readonly onGo?: () => void }) {
  return (
    <nav className={styles.bar} aria-label="Main">
      <p className={styles.heading} id="files-places">
        Files
      </p>
      <PlaceList places={filePlaces} onGo={onGo} labelledBy="files-places" />
      <div className={styles.group}>
        <PlaceList places={chatPlaces} onGo={onGo} />
        <RoomsList onGo={onGo} />
      </div>
      <PlaceList places={otherPlaces} onGo={onGo} />
      <PlaceList places={ownPlaces} onGo={onGo} />
    </nav>
  );
}

interface PlaceListProps {
  readonly places: readonly Place[];
  readonly onGo: (() => void) | undefined;
  readonly labelledBy?: string;
}

function PlaceList({ places, onGo, labelledBy }: PlaceListProps) {
  const isAdmin = useMe()?.role === 'admin';
  return (
    <ul className={styles.list} aria-labelledby={labelledBy}>
      {places
        .filter(({ adminsOnly }) => adminsOnly !== true || isAdmin)
        .map(({ label, to, Icon, later }) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.link}
              data-later={later}
              onClick={onGo}
              activeOptions={{ includeSearch: false, exact: to === '/chat' }}
            >
              <Icon size={18} stroke={1.6} />
              {label}
            </Link>
          </li>
        ))}
    </ul>
  );
}
