/** A new password, with advice while it is typed. The server judges it, so that one rule holds everywhere. */
import { PasswordInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FeedbackReply, FeedbackRequest } from './api.ts';
import { passwordFeedback } from './api.ts';
import styles from './forms.module.css';

export interface NewPasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What others know about the person, and what admits them; without either the server judges nothing. */
  readonly asked: Omit<FeedbackRequest, 'password'>;
  /** Whether the server will judge for this person now. */
  readonly judged: boolean;
}

export function NewPasswordField({ label, value, onChange, asked, judged }: NewPasswordFieldProps) {
  const [settled] = useDebouncedValue(value, 400);
  // Nothing of it is kept once the field is gone.
  const feedback = useQuery({
    queryKey: ['password-feedback', settled, asked],
    queryFn: ({ signal }) => passwordFeedback({ ...asked, password: settled }, signal),
    enabled: judged && settled !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  }).data;
  return (
    <div className={styles.form}>
      <PasswordInput
        label={label}
        description="8 characters or more. Several unrelated words make a good one."
        name="new-password"
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
      />
      {value !== '' && feedback && <Advice feedback={feedback} />}
    </div>
  );
}

const verdicts = ['Guessed at once', 'Easily guessed', 'Could be guessed', 'Good', 'Very good'];

function Advice({ feedback: { score, acceptable, warning, suggestions } }: { readonly feedback: FeedbackReply }) {
  return (
    <div className={styles.advice} aria-live="polite">
      <div className={styles.meter} data-state={acceptable ? 'good' : 'weak'} aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <span key={step} data-on={score >= step || undefined} />
        ))}
      </div>
      <p>
        {verdicts[score]}
        {acceptable ? '.' : ': it would not be taken.'} {warning}
      </p>
      {!acceptable && suggestions.map((each) => <p key={each}>{each}</p>)}
    </div>
  );
}
