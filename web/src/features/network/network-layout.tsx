import { Button } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import IconFileImport from '@tabler/icons-react/icons/IconFileImport';
import { useState } from 'react';
import { latePart } from '../../app/late-part.tsx';
import { networkParts } from '../../app/frame/parts.ts';
import { sections } from '../../base/pages/sections.ts';
import { type Tab, Tabs } from '../../base/pages/tabs.tsx';
import styles from './network.module.css';
import { rangeFrom } from './range.ts';

const CaptureDialog = latePart(
  'Read a capture',
  async () => (await import('./captures/capture-dialog.tsx')).CaptureDialog,
);

const tabs: readonly Tab[] = networkParts.map((part) => ({ ...part, keep: rangeFrom }));

/** What stands above every page about the network. */
export function NetworkLayout() {
  const [reading, setReading] = useState(false);
  return (
    <>
      <div className={styles.above}>
        <div className={sections.head}>
          <p className="soft">What crossed the wire where somebody watched, and what is odd.</p>
          <Button leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => setReading(true)}>
            Read a capture
          </Button>
        </div>
      </div>
      <Tabs label="Network" tabs={tabs} />
      <Outlet />
      {reading && <CaptureDialog onClose={() => setReading(false)} />}
    </>
  );
}
