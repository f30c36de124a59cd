/** Fields that several channels are set up with, and what is held against them beyond their schema. */
import { X509Certificate } from 'node:crypto';
import { parseHost } from '../../base/http/addresses.ts';
import { Type } from '../../base/http/schema.ts';
import { quoted } from '../../base/text/visible.ts';
import { channelErrors } from './errors.ts';

export const Host = Type.String({ minLength: 1, maxLength: 255, description: 'Name or address of the server' });

export const Port = (usual: string) => Type.Integer({ minimum: 1, maximum: 65_535, description: usual });

export const Authority = Type.String({
  maxLength: 65_536,
  description: 'Certificate (PEM) of the authority that signed the server’s, where it is one of your own',
});

/** Throws `channel_config_invalid`. Returns it without brackets. */
export function checkedHost(text: string): string {
  const address = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  const parsed = parseHost(address);
  if (parsed && parsed.port === null) return parsed.host;
  throw invalidField('host', `${quoted(text)} is neither the name nor the address of a host`);
}

/** Throws `channel_config_invalid`. `null`: the usual authorities. */
export function checkedAuthority(pem: string | undefined): string | null {
  if (pem === undefined) return null;
  try {
    return new X509Certificate(pem).raw.length > 0 ? pem : null;
  } catch {
    throw invalidField('ca', 'it is no certificate in PEM');
  }
}

export function invalidField(field: string, detail: string) {
  return channelErrors('channel_config_invalid', { attempted: `Set up the channel with “${field}”`, detail });
}

/** For channels that are one place. */
export function noDestination(destination: string): void {
  if (destination === '') return;
  const detail = 'this channel is one place, named in its configuration: leave the destination empty';
  throw channelErrors('channel_destination_invalid', { attempted: `Deliver to ${quoted(destination)}`, detail });
}
