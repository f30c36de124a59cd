import { Link } from '@tanstack/react-router';
import { useStore } from '../../base/store.ts';
import { farewell } from './farewell.ts';
import { Outside } from '../../base/pages/outside.tsx';

export function AccountDeletedPage() {
  const gone = useStore(farewell);
  const expires =
    gone && new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(Date.parse(gone.backupsExpireTime));
  return (
    <Outside title="The account is deleted" foot={<Link to="/log-in">Log in with another account</Link>}>
      {gone && (
        <>
          <p>
            {gone.wrapsDestroyed
              ? 'Its keys are gone from both stores; the files follow.'
              : 'A store did not answer: the server goes on until the keys are gone there too.'}
          </p>
          <p>
            Backups that were made before may hold keys of it until {expires}. After that nothing can open the files.
          </p>
        </>
      )}
    </Outside>
  );
}
