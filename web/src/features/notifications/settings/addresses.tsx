import { Button, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type PreferencesReply, removeAddress, setAddress } from '../api.ts';
import { useChange } from './use-change.ts';

type ChannelOfMine = PreferencesReply['channels'][number];

/** My address on each channel; nothing but one letter goes to one that was not confirmed. */
export function Addresses({ channels }: { readonly channels: PreferencesReply['channels'] }) {
  return (
    <section className={styles.section} aria-labelledby="addresses">
      <h2 id="addresses">Where notices go</h2>
      <p className="soft">They always come to the bell at the top. They can also be sent to you:</p>
      {channels.length === 0 && (
        <p>Nobody has set up a way to send them yet. An admin does it under Admin, Channels.</p>
      )}
      {channels.map((channel) => (
        <Address key={channel.channelId} channel={channel} />
      ))}
    </section>
  );
}

function Address({ channel }: { readonly channel: ChannelOfMine }) {
  const { channelId, name, address, confirmed } = channel;
  const [typed, setTyped] = useState('');
  const add = useChange(
    'Name the address',
    setAddress,
    ({ destination }) => `A letter with a link goes to ${destination}.`,
  );
  const remove = useChange('Remove the address', removeAddress, () => 'The address is removed.');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    add.mutate({ channelId, destination: typed.trim() }, { onSuccess: () => setTyped('') });
  };
  if (address !== null) {
    return (
      <div className={styles.row}>
        <span>
          <bdi>{name}</bdi>: <bdi>{address}</bdi>
        </span>
        <span className={styles.mark}>{confirmed ? 'Confirmed' : 'Open the link in the letter that it got'}</span>
        <Button
          size="xs"
          variant="default"
          aria-label={`Remove ${address}`}
          loading={remove.isPending}
          onClick={() => remove.mutate(channelId)}
        >
          Remove
        </Button>
      </div>
    );
  }
  return (
    <form className={styles.row} onSubmit={submit}>
      <TextInput
        label={`My address on ${name}`}
        autoComplete="email"
        required
        withAsterisk={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={add.isPending} style={{ alignSelf: 'end' }}>
        Send a letter to confirm it
      </Button>
    </form>
  );
}
