import type { ComponentProps, DragEvent } from 'react';
import { hasFiles } from '../../files/dragging.ts';
import { fromDrop } from '../../files/uploads/given-files.ts';

export interface DropAreaProps extends ComponentProps<'div'> {
  readonly onFiles: (files: readonly File[]) => void;
}

/** A part of the page that takes files from the desktop. Elsewhere the browser leaves the page and opens them. */
export function DropArea({ onFiles, ...more }: DropAreaProps) {
  const onDragOver = (event: DragEvent): void => {
    if (hasFiles(event)) event.preventDefault();
  };
  const onDrop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    // A thread lies over its room: what is dropped there is not for both.
    event.stopPropagation();
    void fromDrop(event.dataTransfer).then((given) => onFiles(given.files.map(({ file }) => file)));
  };
  return <div {...more} onDragOver={onDragOver} onDrop={onDrop} />;
}
