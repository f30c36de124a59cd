/** What stands around every page: side bar, search box, bell. On a phone the side bar is a bar of four at the bottom. */
import { Kbd, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { lazy, Suspense, useEffect, useState } from 'react';
import { latePart } from '../late-part.tsx';
import { KitBanner } from '../../features/accounts/kit-banner.tsx';
import { UsageNote } from '../../features/files/usage-note.tsx';
import { followLive } from '../live.ts';
import { AccountMenu } from './account-menu.tsx';
import { Bell } from './bell.tsx';
import { BottomBar } from './bottom-bar.tsx';
import styles from './frame.module.css';
import { showError } from '../toasts.ts';
import { SideBar } from './side-bar.tsx';
import { beginTypingAhead, endTypingAhead } from './type-ahead.ts';
import { useWorker } from './use-worker.ts';
import { WithinMain } from './within-main.ts';

const loadPalette = async () => ({ default: (await import('./palette/palette.tsx')).Palette });
const Palette = lazy(loadPalette);
const UploadPanel = latePart(
  'Show the uploads',
  async () => (await import('../../features/files/uploads/upload-panel.tsx')).UploadPanel,
);

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Frame() {
  const [searching, setSearching] = useState(false);
  const queries = useQueryClient();
  useEffect(() => {
    const live = followLive(queries);
    return () => live[Symbol.dispose]();
  }, [queries]);
  useWorker();
  const search = (): void => {
    if (searching) return;
    beginTypingAhead();
    loadPalette().then(
      () => setSearching(true),
      (error: unknown) => {
        endTypingAhead();
        showError('Search', error);
      },
    );
  };
  useHotkeys([['mod+K', search]], [], true);
  return (
    <div className={styles.frame}>
      <a className="skip-link" href="#content">
        Skip to the page
      </a>
      <aside className={styles.side}>
        <Link to="/files" className={styles.mark}>
          Holdfast
        </Link>
        <SideBar />
        <UsageNote />
        <AccountMenu />
      </aside>
      {/* A dialog has the one header on a page while it is open. */}
      <section className={styles.top} aria-label="Search and notices">
        <UnstyledButton className={styles.search} onClick={search}>
          <IconSearch size={16} stroke={1.8} />
          <span>Search files, rooms, people and pages</span>
          <Kbd className={styles.keys}>{isMac ? '⌘ K' : 'Ctrl K'}</Kbd>
        </UnstyledButton>
        <Bell />
      </section>
      <main id="content" className={styles.main} tabIndex={-1}>
        <WithinMain value>
          <KitBanner />
          <Outlet />
        </WithinMain>
      </main>
      <BottomBar />
      <UploadPanel />
      <Suspense>{searching && <Palette onClose={() => setSearching(false)} />}</Suspense>
    </div>
  );
}
