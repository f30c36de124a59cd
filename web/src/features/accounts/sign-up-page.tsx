import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { changingSession, sessionEnded } from '../../base/requests/session.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { signUp, type SignUpFacts, signUpFactsOptions } from './api.ts';
import styles from './forms.module.css';
import { freshKit } from './fresh-kit.ts';
import { loadKitPage } from './load-kit-page.ts';
import { Outside } from '../../base/pages/outside.tsx';
import { NewPasswordField } from './password-field.tsx';

export function SignUpPage() {
  const facts = useQuery(signUpFactsOptions);
  return (
    <Outside
      title={facts.data?.admission === 'setup_code' ? 'Make the first account' : 'Sign up'}
      foot={<Link to="/log-in">I have an account</Link>}
    >
      {facts.error && (
        <ProblemNote error={facts.error} tried="Look what it takes to sign up" onRetry={() => void facts.refetch()} />
      )}
      {facts.data?.admission === 'closed' && (
        <p>This workspace takes no new accounts. Ask the person who runs it to open sign-up or to invite people.</p>
      )}
      {facts.data && facts.data.admission !== 'closed' && <SignUpForm facts={facts.data} />}
    </Outside>
  );
}

/** After `#invitation=`, where it is not sent to any server by opening the link. */
function invitationInLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get('invitation') ?? '';
}

function SignUpForm({ facts }: { readonly facts: SignUpFacts }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const first = facts.admission === 'setup_code';
  const [code, setCode] = useState(first ? '' : invitationInLink());
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [agreed, setAgreed] = useState(false);
  const { organisationRecovery } = facts;
  const admittedBy = code.trim() === '' ? {} : first ? { setupCode: code.trim() } : { invitation: code.trim() };

  const act = useMutation({
    mutationFn: async () => {
      await loadKitPage();
      return await signUp({
        name,
        email,
        password,
        ...admittedBy,
        ...(organisationRecovery === null ? {} : { organisationRecovery }),
      });
    },
    onSuccess: (made) => {
      queries.clear();
      sessionEnded.set(false);
      changingSession.set(false);
      freshKit.set({ email: made.account.email, recoveryKey: made.recoveryKey, recoveryKit: made.recoveryKit });
      void navigate({ to: '/recovery-kit', replace: true });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      {facts.admission !== 'open' && (
        <TextInput
          label={first ? 'Setup code' : 'Invitation'}
          description={
            first
              ? 'The server printed it when it started, and keeps it in the file setup-code of its data folder.'
              : 'Somebody who has an account here makes one for you. It is good once.'
          }
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      {first && <p className={styles.note}>The first account is the admin’s: it invites the others.</p>}
      <TextInput
        label="Name"
        description="What the others see."
        name="name"
        autoComplete="name"
        required
        withAsterisk={false}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="E-mail"
        description="You log in with it."
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <NewPasswordField
        label="Password"
        value={password}
        onChange={setPassword}
        asked={{ hints: [name, email], ...admittedBy }}
        // What admits them is used up by the signing up.
        judged={!act.isPending && !act.isSuccess && (facts.admission === 'open' || code.trim() !== '')}
      />
      <p className={styles.note}>
        Your files are encrypted so that only you and the people in your drives open them. Nobody can reset the
        password: next you get a recovery kit, which is the only other way in.
      </p>
      {organisationRecovery !== null && (
        <Checkbox
          label="I know that a recovery key of the organisation can open everything that I store here."
          required
          checked={agreed}
          onChange={(event) => setAgreed(event.currentTarget.checked)}
        />
      )}
      {act.error && <ProblemNote error={act.error} tried="Sign up" />}
      <Button type="submit" loading={act.isPending}>
        Sign up
      </Button>
    </form>
  );
}
