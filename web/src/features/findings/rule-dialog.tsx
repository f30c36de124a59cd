import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { showToast } from '../../app/toasts.ts';
import { counted } from '../../base/text/format.ts';
import { addRule, type FindingView } from './api.ts';
import { DecisionDialog } from './decision-dialog.tsx';

export interface RuleDialogProps {
  /** What it is to cover at least; the rule starts from it. */
  readonly finding?: Pick<FindingView, 'check' | 'resource'>;
  readonly onClose: () => void;
}

type Parts = Readonly<Record<'check' | 'resource' | 'path' | 'tag', string>>;

export function RuleDialog({ finding, onClose }: RuleDialogProps) {
  const [parts, setParts] = useState<Parts>({
    check: finding?.check ?? '',
    resource: finding?.resource.uid ?? '',
    path: '',
    tag: '',
  });
  const field = (name: keyof Parts, maxLength: number) => ({
    maxLength,
    dir: 'auto' as const,
    autoComplete: 'off',
    spellCheck: false,
    value: parts[name],
    onChange: (event: { readonly currentTarget: HTMLInputElement }) =>
      setParts({ ...parts, [name]: event.currentTarget.value }),
  });
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  const done = ({ suppressed }: { readonly suppressed: number }): void => {
    showToast({
      text:
        suppressed === 0
          ? 'The rule holds. Nothing that is open now fits it.'
          : `The rule holds: ${counted(suppressed, 'finding')} suppressed.`,
    });
  };
  return (
    <DecisionDialog
      title="Suppress by a rule"
      act="Add the rule"
      reasonHint="Test accounts hold nothing real"
      endHint="After that, whatever it covered is open again."
      run={({ reason, until }) =>
        addRule({
          check: orNull(parts.check),
          resource: orNull(parts.resource),
          path: orNull(parts.path),
          tag: orNull(parts.tag),
          reason,
          until,
        })
      }
      onDone={done}
      onClose={onClose}
    >
      <p>
        Covers every finding that fits all that is named here, now and later. <code>*</code> stands for any characters;
        what is left empty fits everything.
      </p>
      <TextInput label="Check" placeholder="bucket-logging" {...field('check', 128)} />
      <TextInput label="Resource" placeholder="arn:aws:s3:::test-*" {...field('resource', 1024)} />
      <TextInput label="Path" placeholder="/home/*/.ssh/*" {...field('path', 4096)} />
      <TextInput label="Tag" placeholder="env=test" {...field('tag', 300)} />
    </DecisionDialog>
  );
}
