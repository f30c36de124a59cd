import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { addChannel, changeChannel, type ChannelView, everyChannel } from './api.ts';
import { channelWords, kindLabel } from './channel-fields.ts';
import { configOf, type Typed, typedOf } from './channel-form.ts';
import { ConfigField } from './config-field.tsx';
import { KindsField } from './kinds-field.tsx';

export interface ChannelDialogProps {
  /** The one that is changed; missing: a new one. */
  readonly channel?: ChannelView;
  /** Kinds that the server offers. */
  readonly available: readonly string[];
  readonly onClose: () => void;
}

const PERSONAL = 'smtp';

/** Sets a channel up, or changes one. What was typed stays when the server refuses it. */
export function ChannelDialog({ channel, available, onClose }: ChannelDialogProps) {
  const queries = useQueryClient();
  const offered = available.filter((each) => channelWords[each]);
  const [kind, setKind] = useState(channel?.kind ?? (offered.includes(PERSONAL) ? PERSONAL : (offered[0] ?? '')));
  const [typed, setTyped] = useState<Typed>(() => typedOf(kind, channel));
  const words = channelWords[kind];
  const isPersonal = channel?.personal ?? kind === PERSONAL;
  const title = channel ? `Change “${channel.name}”` : 'Add a channel';
  const save = useMutation({
    mutationFn: () => {
      const form = {
        name: typed.name.trim(),
        config: configOf(kind, typed),
        ...(words?.destination ? { destination: typed.destination.trim() } : {}),
        ...(isPersonal ? {} : { kinds: typed.kinds }),
      };
      return channel ? changeChannel(channel, form) : addChannel(kind, form);
    },
    onSuccess({ name }) {
      void queries.invalidateQueries(everyChannel);
      // Isolated, because a name may be of any script.
      showToast({ text: `${channel ? 'Changed' : 'Added'} “\u2068${name}\u2069”. Send a test to try it out.` });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  };
  const choose = (next: string): void => {
    setKind(next);
    setTyped({ ...typedOf(next), name: typed.name });
  };
  const isMissing = typed.kinds?.length === 0;

  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={false}>
      <form className={styles.dialog} onSubmit={submit} autoComplete="off">
        {channel ? (
          <p className="soft">{kindLabel(kind)}. What is secret is kept and not shown; type it again to replace it.</p>
        ) : (
          <NativeSelect
            label="Kind"
            description={words?.about}
            data={offered.map((value) => ({ value, label: kindLabel(value) }))}
            value={kind}
            onChange={(event) => choose(event.currentTarget.value)}
          />
        )}
        <TextInput
          label="What people call it"
          required
          withAsterisk={false}
          maxLength={64}
          dir="auto"
          data-autofocus
          value={typed.name}
          onChange={(event) => setTyped({ ...typed, name: event.currentTarget.value })}
        />
        {words?.fields.map((field) => (
          <ConfigField
            key={`${kind}.${field.name}`}
            field={field}
            kept={channel !== undefined}
            value={typed.fields[field.name] ?? ''}
            dropped={typed.dropped.includes(field.name)}
            onChange={(value) => setTyped({ ...typed, fields: { ...typed.fields, [field.name]: value } })}
            onDrop={(drop) =>
              setTyped({
                ...typed,
                dropped: drop ? [...typed.dropped, field.name] : typed.dropped.filter((name) => name !== field.name),
              })
            }
          />
        ))}
        {words?.destination && (
          <TextInput
            label={words.destination.label}
            description={words.destination.about}
            placeholder={words.destination.placeholder}
            maxLength={2048}
            value={typed.destination}
            onChange={(event) => setTyped({ ...typed, destination: event.currentTarget.value })}
          />
        )}
        {!isPersonal && <KindsField kinds={typed.kinds} onChange={(kinds) => setTyped({ ...typed, kinds })} />}
        {save.error && <ProblemNote error={save.error} tried={title} />}
        <div className={styles.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={typed.name.trim() === '' || isMissing}>
            {channel ? 'Save' : 'Add it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
