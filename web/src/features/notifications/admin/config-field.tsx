/** One field of what a channel is set up with. */
import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ChannelField } from './channel-fields.ts';
import { YES } from './channel-form.ts';

export interface ConfigFieldProps {
  readonly field: ChannelField;
  /** The channel is there already, and may hold a secret of this name. */
  readonly kept: boolean;
  readonly value: string;
  readonly dropped: boolean;
  readonly onChange: (value: string) => void;
  readonly onDrop: (drop: boolean) => void;
}

export function ConfigField({ field, kept, value, dropped, onChange, onDrop }: ConfigFieldProps) {
  const { label, about, placeholder, required = false, type, choices } = field;
  const shared = {
    label,
    description: about,
    value,
    withAsterisk: false,
    autoComplete: 'off',
    spellCheck: false,
  };
  const change = (event: { readonly currentTarget: { readonly value: string } }): void =>
    onChange(event.currentTarget.value);
  if (type === 'flag') {
    return (
      <Checkbox
        label={label}
        description={about}
        checked={value === YES}
        onChange={(event) => onChange(event.currentTarget.checked ? YES : '')}
      />
    );
  }
  if (choices) return <NativeSelect {...shared} data={[...choices]} onChange={change} />;
  if (type === 'lines') {
    return <Textarea {...shared} placeholder={placeholder} autosize minRows={2} maxRows={6} onChange={change} />;
  }
  if (type === 'secret') {
    return (
      <div>
        <PasswordInput
          {...shared}
          // Browsers offer what they know of this site for any other.
          autoComplete="new-password"
          required={required && !kept}
          disabled={dropped}
          placeholder={kept ? 'As it is' : placeholder}
          maxLength={2048}
          onChange={change}
          visibilityToggleButtonProps={{ 'aria-label': `Show or hide: ${label}` }}
        />
        {kept && !required && (
          <Checkbox
            mt={8}
            size="xs"
            label={`Keep none: ${label}`}
            checked={dropped}
            onChange={(event) => onDrop(event.currentTarget.checked)}
          />
        )}
      </div>
    );
  }
  return (
    <TextInput
      {...shared}
      required={required}
      placeholder={placeholder}
      inputMode={type === 'number' ? 'numeric' : 'text'}
      pattern={type === 'number' ? '[0-9]{1,5}' : undefined}
      maxLength={512}
      onChange={change}
    />
  );
}
