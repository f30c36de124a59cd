/** What moderators of a room look after: what was reported, whom it concerns, the rules, and what was decided. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { SideDrawer } from '../../../base/dialogs/dialog.tsx';
import tabs from '../../../base/pages/tabs.module.css';
import type { RoomView } from '../api.ts';
import { timelines } from '../timeline/timelines.ts';
import { withMessage } from '../timeline/timeline.ts';
import type { ModerationPart } from '../room/room-search.ts';
import { ActsList } from './acts-list.tsx';
import type { Moderating } from './moderating.ts';
import styles from './moderation.module.css';
import { ReportList } from './report-list.tsx';
import { Restrictions } from './restrictions.tsx';
import { RoomRules } from './room-rules.tsx';

const ModeratingDialog = latePart(
  'Moderate the message',
  async () => (await import('./moderating-dialog.tsx')).ModeratingDialog,
);

const parts: readonly { readonly part: ModerationPart; readonly label: string }[] = [
  { part: 'reports', label: 'Reports' },
  { part: 'people', label: 'People' },
  { part: 'rules', label: 'Rules' },
  { part: 'log', label: 'Log' },
];

export interface ModerationDrawerProps {
  readonly room: RoomView;
  readonly part: ModerationPart;
  readonly onClose: () => void;
}

export function ModerationDrawer({ room, part, onClose }: ModerationDrawerProps) {
  const { roomId } = room;
  const [moderating, setModerating] = useState<Moderating | null>(null);
  return (
    <SideDrawer onClose={onClose} size={520} title="Moderation">
      <nav className={`${tabs.tabs} ${styles.tabs}`} aria-label="Moderation">
        {parts.map((each) => (
          <Link
            key={each.part}
            to="/chat/rooms/$roomId"
            params={{ roomId }}
            search={{ panel: 'moderation', part: each.part }}
            className={tabs.tab}
            activeOptions={{ exact: true }}
            replace
            resetScroll={false}
          >
            {each.label}
          </Link>
        ))}
      </nav>
      <div className={styles.part}>
        {part === 'reports' && <ReportList readers={roomId} onModerate={setModerating} />}
        {part === 'people' && <Restrictions roomId={roomId} onModerate={setModerating} />}
        {part === 'rules' && <RoomRules roomId={roomId} />}
        {part === 'log' && <ActsList roomId={roomId} />}
      </div>
      {moderating && (
        <ModeratingDialog
          room={room}
          moderating={moderating}
          onChanged={(message) => timelines.change(roomId, (timeline) => withMessage(timeline, message, false))}
          onClose={() => setModerating(null)}
        />
      )}
    </SideDrawer>
  );
}
