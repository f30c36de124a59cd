import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { LogInForm } from './log-in-form.tsx';
import { meOptions, signUpFactsOptions } from './api.ts';
import { sessionEnded } from '../../base/requests/session.ts';
import { Outside } from '../../base/pages/outside.tsx';

export function LogInPage() {
  const { to } = useSearch({ from: '/log-in' });
  const router = useRouter();
  const queries = useQueryClient();
  const facts = useQuery(signUpFactsOptions).data;

  const done = async (): Promise<void> => {
    queries.clear();
    sessionEnded.set(false);
    // Where it does not come, the page says so that asks for it next.
    await queries.query(meOptions).catch(() => undefined);
    router.history.replace(to ?? '/files');
  };

  return (
    <Outside
      title="Log in"
      {...(to === undefined ? {} : { lead: 'Log in to go on to the page that you asked for.' })}
      foot={
        <>
          <Link to="/recover">I lost my password</Link>
          {facts?.admission !== 'closed' && <Link to="/sign-up">Sign up</Link>}
        </>
      }
    >
      {facts?.admission === 'setup_code' && (
        <p>
          Nobody has an account here yet. <Link to="/sign-up">Make the first one</Link> with the setup code that the
          server printed.
        </p>
      )}
      <LogInForm onDone={() => void done()} />
    </Outside>
  );
}
