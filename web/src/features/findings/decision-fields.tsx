/** Why, and until when: what every decision about findings is made of. */
import { Radio, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { sections } from '../../base/pages/sections.ts';
import type { Decision } from './api.ts';

const DAY_MS = 86_400_000;
const spans = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'day', label: 'Until a day' },
  { value: 'never', label: 'For good' },
] as const;
type Span = (typeof spans)[number]['value'];

export interface DecisionForm {
  readonly reason: string;
  readonly span: Span;
  /** As a date field gives it: `2026-12-31`, or nothing. */
  readonly day: string;
}

export const newDecision: DecisionForm = { reason: '', span: '90', day: '' };

/** `now` in milliseconds. A day counts to its end, where the person is. */
export function decisionOf({ reason, span, day }: DecisionForm, now: number): Decision {
  if (span === 'never') return { reason, until: null };
  const untilMs = span === 'day' ? Date.parse(`${day}T23:59:59`) : now + Number(span) * DAY_MS;
  return { reason, until: new Date(untilMs).toISOString() };
}

export interface ReasonFieldProps {
  readonly hint: string;
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

export function ReasonField({ hint, value, onChange }: ReasonFieldProps) {
  return (
    <Textarea
      label="Why"
      description="People will read it in a year."
      placeholder={hint}
      required
      withAsterisk={false}
      rows={3}
      maxLength={1024}
      dir="auto"
      data-autofocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export interface DecisionFieldsProps {
  readonly form: DecisionForm;
  readonly onChange: (form: DecisionForm) => void;
  readonly reasonHint: string;
  /** What happens when the time is over. */
  readonly endHint: string;
}

export function DecisionFields({ form, onChange, reasonHint, endHint }: DecisionFieldsProps) {
  const [today] = useState(() => new Date(Date.now() + DAY_MS).toISOString().slice(0, 10));
  return (
    <>
      <ReasonField hint={reasonHint} value={form.reason} onChange={(reason) => onChange({ ...form, reason })} />
      <Radio.Group
        label="Until when"
        description={endHint}
        value={form.span}
        onChange={(span) => onChange({ ...form, span })}
      >
        <div className={sections.row}>
          {spans.map(({ value, label }) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </div>
      </Radio.Group>
      {form.span === 'day' && (
        <TextInput
          label="Day"
          type="date"
          required
          withAsterisk={false}
          min={today}
          w={180}
          value={form.day}
          onChange={(event) => onChange({ ...form, day: event.currentTarget.value })}
        />
      )}
    </>
  );
}
