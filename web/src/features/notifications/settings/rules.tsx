import { Button, NativeSelect } from '@mantine/core';
import { sections as styles } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { type PreferencesReply, type RuleRequest, setRule } from '../api.ts';
import { useChange } from './use-change.ts';

type Timing = NonNullable<RuleRequest['timing']>;
type Kind = PreferencesReply['kinds'][number];

const timings: Readonly<Record<Timing, string>> = {
  immediate: 'At once',
  hourly: 'Once an hour',
  daily: 'Once a day',
  off: 'Never',
};
const ALL = '*';
const FEED = 'feed';

/** One row for each kind of notice, one column for each way. */
export function Rules({ preferences }: { readonly preferences: PreferencesReply }) {
  const { kinds, channels, rules } = preferences;
  const change = useChange('Change the rule', setRule, () => 'The rule is changed.');
  const timingOf = (kind: string, channel: string): Timing | '' =>
    rules.find((rule) => rule.kind === kind && rule.channel === channel)?.timing ?? '';
  // Made by the command; there is no column for them.
  const elsewhere = rules.filter(({ channel }) => channel === ALL);
  const choose = (kind: string, channel: string, timing: string): void =>
    change.mutate({ kind, channel, timing: timing === '' ? null : (timing as Timing) });
  const titleOf = (kind: string): string => kinds.find((each) => each.kind === kind)?.title ?? 'All other notices';

  return (
    <section aria-labelledby="rules">
      <h2 id="rules">What to hear of</h2>
      <p className="soft">Notices about security are always in the bell. The most exact rule counts.</p>
      <div className={table.scroll}>
        <table className={table.table} aria-label="Rules">
          <thead>
            <tr>
              <th scope="col">Notice</th>
              <th scope="col">In the bell</th>
              {channels.map(({ channelId, name }) => (
                <th key={channelId} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...kinds, null].map((kind) => (
              <tr key={kind?.kind ?? ALL}>
                <td>{titleOf(kind?.kind ?? ALL)}</td>
                <td>
                  {kind?.security ? (
                    'Always'
                  ) : (
                    <NativeSelect
                      size="xs"
                      aria-label={`${titleOf(kind?.kind ?? ALL)}, in the bell`}
                      value={timingOf(kind?.kind ?? ALL, FEED) === 'off' ? 'off' : ''}
                      data={[
                        { value: '', label: 'Yes' },
                        { value: 'off', label: 'No' },
                      ]}
                      onChange={(event) => choose(kind?.kind ?? ALL, FEED, event.currentTarget.value)}
                    />
                  )}
                </td>
                {channels.map(({ channelId, name }) => (
                  <td key={channelId}>
                    <NativeSelect
                      size="xs"
                      miw={150}
                      aria-label={`${titleOf(kind?.kind ?? ALL)}, by ${name}`}
                      value={timingOf(kind?.kind ?? ALL, channelId)}
                      data={[{ value: '', label: usual(kind) }, ...choices]}
                      onChange={(event) => choose(kind?.kind ?? ALL, channelId, event.currentTarget.value)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {elsewhere.map(({ kind, timing }) => (
        <p key={kind} className={styles.row}>
          {titleOf(kind)}, by every way: {timings[timing].toLowerCase()}
          <Button size="xs" variant="default" onClick={() => choose(kind, ALL, '')}>
            Take this rule back
          </Button>
        </p>
      ))}
    </section>
  );
}

const choices = Object.entries(timings).map(([value, label]) => ({ value, label }));

function usual(kind: Kind | null): string {
  return kind === null ? 'As usual' : `As usual (${timings[kind.usual].toLowerCase()})`;
}
