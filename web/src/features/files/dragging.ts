/** What is dragged within the app, and what comes from the desktop. */
import type { DragEvent } from 'react';
import type { EntryView } from './api.ts';

const OURS = 'application/x-holdfast-entries';

/** Only this tab's memory holds the names: the drag itself says no more than that it is ours. */
let dragged: readonly EntryView[] = [];

export function beginDrag(event: DragEvent, entries: readonly EntryView[]): void {
  dragged = entries;
  event.dataTransfer.setData(OURS, String(entries.length));
  event.dataTransfer.effectAllowed = 'move';
}

export function draggedEntries(event: DragEvent): readonly EntryView[] {
  return event.dataTransfer.types.includes(OURS) ? dragged : [];
}

export function hasEntries(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(OURS);
}

export function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}
