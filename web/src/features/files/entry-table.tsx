/** The list of a folder. Only the rows in sight are drawn, and pages come as they are needed, so that its length is no matter. */
import { UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import IconArrowDown from '@tabler/icons-react/icons/IconArrowDown';
import IconArrowUp from '@tabler/icons-react/icons/IconArrowUp';
import { type DragEvent, type KeyboardEvent, type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { EntryView, SortKey, Sorting } from './api.ts';
import { beginDrag } from './dragging.ts';
import type { EntryMenuActs } from './entry-menu.tsx';
import { EntryRow } from './entry-row.tsx';
import styles from './files.module.css';
import { useRowMenu } from './use-row-menu.ts';
import {
  chooseAll,
  chooseNone,
  chooseOnly,
  chooseTo,
  meant,
  nothing,
  type Selection,
  step,
  stillThere,
  toggle,
} from '../../base/lists/selection.ts';

const ROW = 44;
const TALL_ROW = 60;
/** As many rows before the end as a fast wheel passes while a page comes. */
const FETCH_AHEAD = 60;

export interface EntryTableProps {
  readonly entries: readonly EntryView[];
  readonly sorting: Sorting;
  readonly onSort: (key: SortKey) => void;
  readonly hasMore: boolean;
  readonly isFetchingMore: boolean;
  readonly fetchMore: () => void;
  readonly selection: Selection;
  readonly onSelection: (change: (now: Selection) => Selection) => void;
  readonly onOpen: (entry: EntryView) => void;
  readonly acts: EntryMenuActs;
  readonly takesDrop: (event: DragEvent) => boolean;
  readonly onDropInto: (event: DragEvent, folder: EntryView) => void;
}

const columns: readonly { readonly key: SortKey; readonly label: string; readonly className: string | undefined }[] = [
  { key: 'name', label: 'Name', className: styles.name },
  { key: 'size', label: 'Size', className: styles.size },
  { key: 'modified', label: 'Changed', className: styles.time },
];

export function EntryTable(props: EntryTableProps) {
  const { entries, sorting, hasMore, isFetchingMore, fetchMore, selection, onSelection, acts } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  useEffect(() => {
    if (hasMore && !isFetchingMore && lastShown >= entries.length - FETCH_AHEAD) fetchMore();
  }, [hasMore, isFetchingMore, lastShown, entries.length, fetchMore]);

  // Entries that went take their place in the choice along.
  const ids = useIds(entries);
  const before = useRef(ids);
  useEffect(() => {
    if (before.current === ids) return;
    const was = before.current;
    before.current = ids;
    onSelection((now) => stillThere(now, was, ids));
  }, [ids, onSelection]);

  const { active } = selection;
  const activeIndex = active === null ? -1 : ids.indexOf(active);
  const go = (change: (now: Selection) => Selection): void => {
    const next = change(selection);
    onSelection(() => next);
    const index = next.active === null ? -1 : ids.indexOf(next.active);
    if (index >= 0) virtual.scrollToIndex(index);
  };
  const move = (extend: boolean, by: number): void => {
    const to = step(selection, ids, by).active;
    if (to !== null) go((now) => (extend ? chooseTo(now, ids, to) : step(now, ids, by)));
  };
  const chosenEntries = (): EntryView[] => {
    const chosen = meant(selection);
    return entries.filter(({ id }) => chosen.has(id));
  };
  const { menuOf, openMenu, onMenu, onContextMenu } = useRowMenu(scroller);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const { currentTarget, target } = event;
    // What floats over the list, as the menu of a row does, is below it for React but not on the page.
    if (!(target instanceof Node && currentTarget.contains(target))) return;
    const onControl = target !== currentTarget;
    const command = event.ctrlKey || event.metaKey;
    const entry = entries[activeIndex];
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (onControl && (key === 'Enter' || key === ' ')) return;
    if (command && key === 'a') go((now) => chooseAll(now, ids));
    else if (command || event.altKey) return;
    else if (key === 'ArrowDown' || key === 'j') move(event.shiftKey, 1);
    else if (key === 'ArrowUp' || key === 'k') move(event.shiftKey, -1);
    else if (key === 'PageDown') go((now) => step(now, ids, 10));
    else if (key === 'PageUp') go((now) => step(now, ids, -10));
    else if (key === 'Home') go((now) => step(now, ids, -entries.length));
    else if (key === 'End') go((now) => step(now, ids, entries.length));
    else if (key === 'Enter' && entry) props.onOpen(entry);
    else if (key === ' ' && entry) go((now) => toggle(now, entry.id));
    else if (key === 'Escape') go(chooseNone);
    else if (entry && (key === 'ContextMenu' || (key === 'F10' && event.shiftKey))) {
      virtual.scrollToIndex(activeIndex);
      // An open menu takes a key outside of it for a reason to close; this is the key that opens it.
      event.stopPropagation();
      openMenu(entry.id);
    } else if (key === 'F2' && entry) acts.onRename(entry);
    else if (key === 'm' && meant(selection).size > 0) acts.onMove(chosenEntries());
    else if (key === 'Delete' && meant(selection).size > 0) acts.onTrash(chosenEntries());
    else return;
    event.preventDefault();
    // From a button or a box in the list the keyboard goes back to the list itself.
    if (onControl && key.startsWith('Arrow')) currentTarget.focus();
  };

  const onChoose = useCallback(
    (id: string, event: MouseEvent) => {
      if (event.shiftKey) onSelection((now) => chooseTo(now, before.current, id));
      else if (event.ctrlKey || event.metaKey) onSelection((now) => toggle(now, id));
      else onSelection(() => chooseOnly(id));
    },
    [onSelection],
  );
  const onToggle = useCallback((id: string) => onSelection((now) => toggle(now, id)), [onSelection]);
  const onDrag = (event: DragEvent, entry: EntryView): void => {
    const several = selection.chosen.has(entry.id) && selection.chosen.size > 1;
    beginDrag(event, several ? entries.filter(({ id }) => selection.chosen.has(id)) : [entry]);
  };
  const all = entries.length > 0 && selection.chosen.size === entries.length;

  return (
    <div
      ref={scroller}
      className={styles.table}
      role="grid"
      tabIndex={0}
      aria-label="Files and folders"
      aria-rowcount={hasMore ? -1 : entries.length + 1}
      aria-multiselectable
      aria-activedescendant={activeIndex >= 0 ? rowId(entries[activeIndex]?.id) : undefined}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
    >
      <div role="row" className={styles.headRow} aria-rowindex={1}>
        <div role="columnheader" className={styles.check}>
          <input
            type="checkbox"
            className={styles.checkbox}
            aria-label={hasMore ? 'Choose everything that is loaded' : 'Choose everything'}
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = !all && selection.chosen.size > 0;
            }}
            onChange={() => onSelection((now) => (all ? nothing : chooseAll(now, ids)))}
          />
        </div>
        {columns.map(({ key, label, className }) => (
          <div
            key={key}
            role="columnheader"
            className={className}
            aria-sort={sorting.key === key ? (sorting.down ? 'descending' : 'ascending') : 'none'}
          >
            <UnstyledButton className={styles.sort} onClick={() => props.onSort(key)}>
              {label}
              {sorting.key === key &&
                (sorting.down ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
            </UnstyledButton>
          </div>
        ))}
        <div role="columnheader" className={styles.copies}>
          Copies
        </div>
        <div role="columnheader" className={styles.menu}>
          <span className="hidden-text">What to do</span>
        </div>
      </div>
      <div className={styles.rows} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start, size }) => {
          const entry = entries[index];
          if (!entry) return null;
          return (
            <div
              key={entry.id}
              role="presentation"
              className={styles.place}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <EntryRow
                id={rowId(entry.id) ?? ''}
                entry={entry}
                rowIndex={index + 2}
                chosen={selection.chosen.has(entry.id)}
                active={index === activeIndex}
                acts={acts}
                menuOpen={menuOf === entry.id}
                onMenu={onMenu}
                onToggle={onToggle}
                onChoose={onChoose}
                onOpen={props.onOpen}
                onDrag={onDrag}
                takesDrop={props.takesDrop}
                onDropInto={props.onDropInto}
              />
            </div>
          );
        })}
      </div>
      {isFetchingMore && (
        <p className={styles.more} role="status">
          Fetching more: {entries.length} so far
        </p>
      )}
    </div>
  );
}

function rowId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `entry-${id}`;
}

/** The same array as long as the list is the same. */
function useIds(entries: readonly EntryView[]): readonly string[] {
  const [kept, setKept] = useState<{ entries: readonly EntryView[]; ids: readonly string[] }>({ entries: [], ids: [] });
  if (kept.entries === entries) return kept.ids;
  const ids = entries.map(({ id }) => id);
  setKept({ entries, ids });
  return ids;
}

/** On a phone size and time stand below the name. */
function useRowHeight(): number {
  const [narrow, setNarrow] = useState(() => matchMedia('(max-width: 640px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 640px)');
    const change = (): void => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return narrow ? TALL_ROW : ROW;
}
