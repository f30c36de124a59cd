import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import IconMapQuestion from '@tabler/icons-react/icons/IconMapQuestion';
import { type ReactNode, use, useState } from 'react';
import { Empty } from '../base/pages/empty.tsx';
import { problemOf } from '../base/requests/problem.ts';
import { ProblemNote } from '../base/requests/problem-note.tsx';
import { WithinMain } from './frame/within-main.ts';
import styles from './page-failed.module.css';

/** In place of a page whose data did not come. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const [stillGone, setStillGone] = useState(false);
  const again = async (): Promise<void> => {
    if (problemOf(error).code === 'page_not_fetched') {
      // A part that failed to load once is not fetched again by the browser; without a server, loading the page anew would
      // leave nothing of it.
      const answers = await fetch('/healthz').then(
        ({ ok }) => ok,
        () => false,
      );
      setStillGone(!answers);
      if (answers) location.reload();
      return;
    }
    reset();
    void router.invalidate();
  };
  return (
    <Page>
      <ProblemNote error={error} tried="Show this page" onRetry={() => void again()} />
      <p role="status">{stillGone && 'The server still does not answer. What is open here stays open meanwhile.'}</p>
    </Page>
  );
}

/** Within the frame there is a `main` already, and a page has one. */
function Page({ children }: { readonly children: ReactNode }) {
  const Part = use(WithinMain) ? 'div' : 'main';
  return <Part className={styles.page}>{children}</Part>;
}

export function NotFound() {
  return (
    <Page>
      <Empty icon={<IconMapQuestion size={40} stroke={1.3} />} title="There is no such page" asHeading>
        <p>The address may be mistyped, or from another version.</p>
        <Button component={Link} to="/files" variant="default">
          Go to my files
        </Button>
      </Empty>
    </Page>
  );
}
