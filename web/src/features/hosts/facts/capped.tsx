import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { counted } from '../../../base/text/format.ts';

export interface CappedProps<Item> {
  readonly items: readonly Item[];
  /** What one is called. */
  readonly one: string;
  readonly most?: number;
  readonly children: (shown: readonly Item[]) => ReactNode;
}

/** A host may have tens of thousands of lines in a file: the first are shown, the rest once somebody wants it. */
export function Capped<Item>({ items, one, most = 200, children }: CappedProps<Item>) {
  const [all, setAll] = useState(false);
  const isCut = !all && items.length > most;
  return (
    <>
      {children(isCut ? items.slice(0, most) : items)}
      {isCut && (
        <div>
          <Button size="xs" variant="default" onClick={() => setAll(true)}>
            Show all {counted(items.length, one)}
          </Button>
        </div>
      )}
    </>
  );
}
