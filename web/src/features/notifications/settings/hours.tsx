import { Button, Checkbox, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type PreferencesReply, setHours } from '../api.ts';
import { useChange } from './use-change.ts';

/** Of a night, where none was set yet. */
const NIGHT = { from: '22:00', to: '07:00' };

/** When nothing is sent, and when the digest of the day goes. */
export function Hours({ hours }: { readonly hours: PreferencesReply['hours'] }) {
  const [timeZone, setTimeZone] = useState(hours.timeZone);
  const [isQuiet, setIsQuiet] = useState(hours.quiet !== null);
  const [quiet, setQuiet] = useState(hours.quiet ?? NIGHT);
  const [digestAt, setDigestAt] = useState(hours.digestAt);
  const save = useChange('Set the hours', setHours, () => 'The hours are set.');
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save.mutate({ timeZone: timeZone.trim(), quiet: isQuiet ? quiet : null, digestAt });
  };
  return (
    <section className={styles.section} aria-labelledby="hours">
      <h2 id="hours">When</h2>
      <p className="soft">In quiet hours nothing is sent but what is critical for security; it comes afterwards.</p>
      <form className={styles.choices} onSubmit={submit}>
        <div className={styles.row}>
          <TextInput
            label="Time zone"
            required
            withAsterisk={false}
            value={timeZone}
            onChange={(event) => setTimeZone(event.currentTarget.value)}
          />
          {here !== timeZone && (
            <Button variant="default" style={{ alignSelf: 'end' }} onClick={() => setTimeZone(here)}>
              Use {here}
            </Button>
          )}
        </div>
        <TextInput
          label="The digest of the day goes at"
          type="time"
          required
          withAsterisk={false}
          value={digestAt}
          onChange={(event) => setDigestAt(event.currentTarget.value)}
        />
        <Checkbox label="Quiet hours" checked={isQuiet} onChange={(event) => setIsQuiet(event.currentTarget.checked)} />
        {isQuiet && (
          <div className={styles.row}>
            <TextInput
              label="From"
              type="time"
              required
              withAsterisk={false}
              value={quiet.from}
              onChange={(event) => setQuiet({ ...quiet, from: event.currentTarget.value })}
            />
            <TextInput
              label="Until"
              type="time"
              required
              withAsterisk={false}
              value={quiet.to}
              onChange={(event) => setQuiet({ ...quiet, to: event.currentTarget.value })}
            />
          </div>
        )}
        <div>
          <Button type="submit" variant="default" loading={save.isPending}>
            Save the hours
          </Button>
        </div>
      </form>
    </section>
  );
}
