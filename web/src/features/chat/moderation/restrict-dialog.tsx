/** Mutes, bans or kicks somebody. */
import { NativeSelect, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import { sections } from '../../../base/pages/sections.ts';
import { kick, restrict } from './api.ts';
import { spans, type Subject } from './moderating.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const kinds = {
  mute: {
    label: 'Mute',
    about: 'Reads on, and cannot write, edit or react until then.',
    act: 'Mute',
    done: 'is muted',
  },
  ban: { label: 'Ban', about: 'Cannot enter the room until then, by no way.', act: 'Ban', done: 'is banned' },
  kick: {
    label: 'Kick',
    about: 'Is put out now. Into a public room everybody may come again.',
    act: 'Kick',
    done: 'is put out of the room',
  },
} as const;
type Kind = keyof typeof kinds;

export interface RestrictDialogProps {
  readonly roomId: string;
  /** `null`: a handle is asked for. */
  readonly subject: Subject | null;
  readonly onDone: (text: string, work: Promise<void>) => Promise<void>;
  readonly onClose: () => void;
}

export function RestrictDialog({ roomId, subject, onDone, onClose }: RestrictDialogProps) {
  const [kind, setKind] = useState<Kind>('mute');
  const [minutes, setMinutes] = useState<string>('60');
  const [typed, setTyped] = useState('');
  const handle = typed.trim().replace(/^@/, '');
  const { name, whom } = subject ?? { name: handle, whom: { handle } };
  const isVisitor = !('handle' in whom);
  const { act, done } = kinds[kind];
  const run = async (reason: string): Promise<void> => {
    const work =
      kind === 'kick' && 'handle' in whom
        ? kick(roomId, { ...whom, reason })
        : restrict(roomId, { ...whom, what: kind === 'ban' ? 'ban' : 'mute', minutes: Number(minutes), reason });
    // Isolated, because a name may be of any script.
    await onDone(`\u2068${name}\u2069 ${done}.`, work);
  };
  return (
    <ReasonDialog
      title={subject ? `Mute, ban or kick \u2068${subject.name}\u2069` : 'Mute, ban or kick somebody'}
      act={act}
      hint="Told to them, without your name, and kept for the moderators of the room."
      isReady={name !== ''}
      run={run}
      onClose={onClose}
    >
      {!subject && (
        <TextInput
          label="Whom"
          placeholder="Their handle"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={64}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {isVisitor && <p className="soft">A visitor is met again by this name, and by where they came from.</p>}
      <Radio.Group label="What" value={kind} onChange={setKind}>
        <div className={sections.choices}>
          {Object.entries(kinds)
            .filter(([value]) => value !== 'kick' || !isVisitor)
            .map(([value, { label, about }]) => (
              <Radio key={value} value={value} label={label} description={about} />
            ))}
        </div>
      </Radio.Group>
      {kind !== 'kick' && (
        <NativeSelect
          label="For how long"
          data={spans.map((span) => ({ ...span }))}
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
      )}
    </ReasonDialog>
  );
}
