import { useLocation } from '@tanstack/react-router';
import IconHourglassLow from '@tabler/icons-react/icons/IconHourglassLow';
import { Empty } from '../base/pages/empty.tsx';
import { usePageTitle } from '../base/pages/use-page-title.ts';
import { page } from './frame/page.ts';

const pages: Readonly<Record<string, { readonly title: string; readonly said: string }>> = {
  '/shared-drives': { title: 'Shared drives', said: 'Drives that several people work in will be here.' },
  '/shared': { title: 'Shared with me', said: 'What others share with you will be here.' },
};

/** A place that is kept for what this version does not have. */
export function LaterPage() {
  const { pathname } = useLocation();
  const { title, said } = pages[pathname] ?? { title: 'Later', said: '' };
  usePageTitle(title);
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>{title}</h1>
      </header>
      <Empty icon={<IconHourglassLow size={40} stroke={1.3} />} title="Not in this version yet">
        <p>{said}</p>
      </Empty>
    </div>
  );
}
