/** Slow mode and the filter for words of a room. */
import { Button, Checkbox, NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { keepAnswer } from '../../../base/requests/keep-answer.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { changeRules, type Filter, moderationOf, rulesOptions, type RulesView } from './api.ts';
import styles from './moderation.module.css';
import { linesOf, linesIn } from './phrases.ts';
import { TryFilter } from './try-filter.tsx';

const modes: Readonly<Record<Filter['mode'], { readonly label: string; readonly about: string }>> = {
  off: { label: 'Off', about: 'No words are looked for.' },
  log: { label: 'Tell the author', about: 'The author alone is told which words were found.' },
  blur: { label: 'Blur', about: 'Everybody sees the message blurred until they ask for it.' },
};
const lists: Readonly<Record<string, string>> = { abuse: 'Abuse', profanity: 'Profanity' };
const slow = [
  { value: '', label: 'As fast as anybody likes' },
  { value: '5', label: 'One message in 5 seconds' },
  { value: '30', label: 'One message in 30 seconds' },
  { value: '60', label: 'One message a minute' },
  { value: '600', label: 'One message in 10 minutes' },
  { value: '3600', label: 'One message an hour' },
] as const;

export function RoomRules({ roomId }: { readonly roomId: string }) {
  const rules = useQuery(rulesOptions(roomId));
  if (rules.error) {
    return <ProblemNote error={rules.error} tried="Show the rules" onRetry={() => void rules.refetch()} />;
  }
  if (!rules.data) return null;
  const { slowSeconds, filter } = rules.data;
  // Another moderator may change them meanwhile: what is typed here is then about rules that are gone.
  return <RulesForm key={JSON.stringify([slowSeconds, filter])} roomId={roomId} rules={rules.data} />;
}

function RulesForm({ roomId, rules }: { readonly roomId: string; readonly rules: RulesView }) {
  const queries = useQueryClient();
  const [slowSeconds, setSlow] = useState(rules.slowSeconds === null ? '' : String(rules.slowSeconds));
  const [mode, setMode] = useState(rules.filter.mode);
  const [chosen, setChosen] = useState<readonly string[]>(rules.filter.lists);
  const [words, setWords] = useState(linesOf(rules.filter.words));
  const [allowed, setAllowed] = useState(linesOf(rules.filter.allowed));
  const [reason, setReason] = useState('');
  const filter: Filter = { mode, lists: [...chosen], words: linesIn(words), allowed: linesIn(allowed) };
  const save = useMutation({
    mutationFn: () =>
      changeRules(roomId, {
        slowSeconds: slowSeconds === '' ? null : Number(slowSeconds),
        filter,
        reason: reason.trim(),
      }),
    async onSuccess(now) {
      await keepAnswer(queries, rulesOptions(roomId), now);
      void queries.invalidateQueries({ queryKey: moderationOf(roomId) });
      showToast({ text: 'The rules are changed. They hold for what is said from now on.' });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  // A time that was set by a command is none of those that are offered.
  const known = slow.some(({ value }) => value === slowSeconds);
  const choices = [...slow, ...(known ? [] : [{ value: slowSeconds, label: `One message in ${slowSeconds} seconds` }])];
  return (
    <form className={styles.form} onSubmit={submit}>
      <NativeSelect
        label="How fast people write"
        description="Holds for everybody but moderators."
        data={choices}
        value={slowSeconds}
        onChange={(event) => setSlow(event.currentTarget.value)}
      />
      <Radio.Group
        label="Filter for words"
        description="It never changes a text, and refuses none."
        value={mode}
        onChange={setMode}
      >
        <div className={sections.choices}>
          {Object.entries(modes).map(([value, { label, about }]) => (
            <Radio key={value} value={value} label={label} description={about} />
          ))}
        </div>
      </Radio.Group>
      {mode !== 'off' && (
        <>
          <Checkbox.Group label="Lists that come along" value={[...chosen]} onChange={(values) => setChosen(values)}>
            <div className={sections.row}>
              {rules.availableLists.map((name) => (
                <Checkbox key={name} value={name} label={lists[name] ?? name} />
              ))}
            </div>
          </Checkbox.Group>
          <Phrases label="Words of this room" hint="One word or phrase a line." value={words} onChange={setWords} />
          <Phrases
            label="Words that are fine here"
            hint="Whatever the lists say; one a line."
            value={allowed}
            onChange={setAllowed}
          />
          <TryFilter roomId={roomId} filter={filter} />
        </>
      )}
      <TextInput
        label="Why"
        description="Kept in the log of the room."
        required
        withAsterisk={false}
        maxLength={500}
        dir="auto"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {save.error && <ProblemNote error={save.error} tried="Change the rules" />}
      <div className={sections.row}>
        <Button type="submit" loading={save.isPending} disabled={reason.trim() === ''}>
          Save the rules
        </Button>
      </div>
    </form>
  );
}

interface PhrasesProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Phrases({ label, hint, value, onChange }: PhrasesProps) {
  return (
    <Textarea
      label={label}
      description={hint}
      rows={4}
      dir="auto"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
