/** What is typed about a channel, and what of it is sent. */
import type { ChannelView, ConfigValue } from './api.ts';
import { channelWords, type ChannelField } from './channel-fields.ts';

export interface Typed {
  readonly name: string;
  /** By the name of the field; flags are `yes` or nothing. */
  readonly fields: Readonly<Record<string, string>>;
  /** Secrets that are kept so far and are to be dropped. */
  readonly dropped: readonly string[];
  readonly destination: string;
  /** `null`: all that admins hear. */
  readonly kinds: readonly string[] | null;
}

export const YES = 'yes';

/** `channel`: the one that is changed; missing: a new one. */
export function typedOf(kind: string, channel?: ChannelView): Typed {
  const fields = (channelWords[kind]?.fields ?? []).map((field) => [field.name, shownOf(field, channel)] as const);
  return {
    name: channel?.name ?? '',
    fields: Object.fromEntries(fields),
    dropped: [],
    destination: channel?.destination ?? '',
    kinds: channel?.kinds ?? null,
  };
}

function shownOf({ name, type, choices }: ChannelField, channel: ChannelView | undefined): string {
  const value = channel?.config[name];
  if (type === 'flag') return value === false ? '' : YES;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return choices?.[0]?.value ?? '';
}

/** What is left empty is left out: a new channel then has what is usual, and one that is changed keeps its secrets. */
export function configOf(kind: string, { fields, dropped }: Typed): Record<string, ConfigValue> {
  const config: Record<string, ConfigValue> = {};
  for (const { name, type, choices } of channelWords[kind]?.fields ?? []) {
    const text = (fields[name] ?? '').trim();
    if (type === 'flag') {
      // True is what is usual.
      if (text === '') config[name] = false;
    } else if (text !== '' && text !== choices?.[0]?.value) config[name] = type === 'number' ? Number(text) : text;
    else if (type === 'secret' && dropped.includes(name)) config[name] = null;
  }
  return config;
}
