import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { sections } from '../pages/sections.ts';

export interface AskFirstProps {
  readonly title: ReactNode;
  /** What is lost by it. */
  readonly children: ReactNode;
  /** What the button says: what happens. */
  readonly act: string;
  readonly onAct: () => void;
  readonly onClose: () => void;
  /** While it is not known what would be lost. */
  readonly isWaiting?: boolean;
}

/** Before what cannot be taken back. */
export function AskFirst({ title, children, act, onAct, onClose, isWaiting = false }: AskFirstProps) {
  return (
    <Dialog onClose={onClose} title={title}>
      <div className={sections.dialog}>
        {children}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={isWaiting}
            onClick={() => {
              onClose();
              onAct();
            }}
          >
            {act}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
