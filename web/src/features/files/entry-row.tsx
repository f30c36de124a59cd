import IconDots from '@tabler/icons-react/icons/IconDots';
import { type DragEvent, memo, type MouseEvent, useState } from 'react';
import { Name, Time } from '../../base/text/bits.tsx';
import { formatSize } from '../../base/text/format.ts';
import type { EntryView } from './api.ts';
import { CopiesShield } from './copies-shield.tsx';
import { EntryIcon } from './entry-icon.tsx';
import { EntryMenu, type EntryMenuActs, type EntryMenuProps } from './entry-menu.tsx';
import styles from './files.module.css';

export interface EntryRowProps {
  readonly entry: EntryView;
  /** Counted from one, in the whole list. */
  readonly rowIndex: number;
  readonly id: string;
  readonly chosen: boolean;
  readonly active: boolean;
  readonly acts: EntryMenuActs;
  readonly menuOpen: boolean;
  /** Opens the menu of one, or closes whichever is open. */
  readonly onMenu: (id: string | null) => void;
  readonly onToggle: (id: string) => void;
  readonly onChoose: (id: string, event: MouseEvent) => void;
  readonly onOpen: (entry: EntryView) => void;
  readonly onDrag: (event: DragEvent, entry: EntryView) => void;
  readonly takesDrop: (event: DragEvent) => boolean;
  readonly onDropInto: (event: DragEvent, folder: EntryView) => void;
}

export const EntryRow = memo(function EntryRow(props: EntryRowProps) {
  const {
    entry,
    rowIndex,
    id,
    chosen,
    active,
    acts,
    menuOpen,
    onMenu,
    onToggle,
    onChoose,
    onOpen,
    onDrag,
    takesDrop,
    onDropInto,
  } = props;
  const [over, setOver] = useState(false);
  const isFolder = entry.kind === 'folder';
  const drop = isFolder
    ? {
        onDragOver: (event: DragEvent) => {
          if (!takesDrop(event)) return;
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        },
        onDragLeave: () => setOver(false),
        onDrop: (event: DragEvent) => {
          setOver(false);
          onDropInto(event, entry);
        },
      }
    : {};
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={chosen}
      className={styles.row}
      data-chosen={chosen || undefined}
      data-active={active || undefined}
      data-over={over || undefined}
      draggable
      onDragStart={(event) => onDrag(event, entry)}
      onClick={(event) => onChoose(entry.id, event)}
      {...drop}
    >
      <div role="gridcell" className={styles.check}>
        <input
          type="checkbox"
          className={styles.checkbox}
          tabIndex={-1}
          checked={chosen}
          aria-label={`Choose ${entry.name}`}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onToggle(entry.id)}
        />
      </div>
      <div role="gridcell" className={styles.name}>
        <EntryIcon entry={entry} />
        <span className={styles.nameWords}>
          <EntryLink entry={entry} onOpen={onOpen} />
          <span className={styles.underName}>
            {entry.kind === 'file' && (
              <>
                {formatSize(entry.size)} · <Time within>{entry.modifiedTime}</Time>
              </>
            )}
          </span>
        </span>
      </div>
      <div role="gridcell" className={styles.size}>
        {entry.kind === 'file' ? formatSize(entry.size) : ''}
      </div>
      <div role="gridcell" className={styles.time}>
        <Time>{entry.kind === 'file' ? entry.modifiedTime : entry.createdTime}</Time>
      </div>
      <div role="gridcell" className={styles.copies}>
        {entry.kind === 'file' && <CopiesShield copies={entry.copies} short />}
      </div>
      <div role="gridcell" className={styles.menu} onClick={(event) => event.stopPropagation()}>
        <LazyMenu
          entry={entry}
          acts={acts}
          opened={menuOpen}
          onChange={(opened) => onMenu(opened ? entry.id : null)}
          tabIndex={active ? 0 : -1}
        />
      </div>
    </div>
  );
});

/** Some thirty rows are drawn at once and most menus are never opened: a row gets its menu when it is first asked for. */
function LazyMenu(props: EntryMenuProps) {
  const { entry, opened, onChange, tabIndex } = props;
  const [wanted, setWanted] = useState(opened);
  if (opened && !wanted) setWanted(true);
  if (wanted) return <EntryMenu {...props} />;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      className={styles.dots}
      aria-haspopup="menu"
      aria-label={`What to do with ${entry.name}`}
      onClick={() => onChange(true)}
    >
      <IconDots size={18} aria-hidden />
    </button>
  );
}

/**
 * A folder opens; a file shows what is known of it, with its versions. The keyboard comes by the list, not by Tab. A plain
 * link: one of the router's watches where the page is, which thirty rows a frame have no time for.
 */
function EntryLink({ entry, onOpen }: Pick<EntryRowProps, 'entry' | 'onOpen'>) {
  return (
    <a
      href={addressOf(entry)}
      tabIndex={-1}
      draggable={false}
      className={styles.link}
      onClick={(event) => {
        event.stopPropagation();
        // Another tab, another window and saving are the browser's.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onOpen(entry);
      }}
    >
      <Name>{entry.name}</Name>
    </a>
  );
}

function addressOf({ kind, id, driveId }: EntryView): string {
  if (kind === 'folder') return `/drives/${driveId}/folders/${id}`;
  const search = new URLSearchParams(location.search);
  search.set('versions', id);
  return `?${search}`;
}
