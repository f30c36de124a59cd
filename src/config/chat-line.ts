/** Where the line protocol of the chat is spoken, and who may speak it. */
import { isLoopback } from '../base/http/addresses.ts';
import type { Environment } from './env.ts';
import { readHosts } from './hosts.ts';
import type { Mistake } from './store-url.ts';

export const visitorPlaces = ['nobody', 'loopback', 'anywhere'] as const;

export type ChatLine = {
  /** Addresses to listen on; `null`: both loopback addresses, of which ::1 may be lacking. */
  readonly hosts: readonly string[] | null;
  /** 0: any free port. */
  readonly port: number;
  /** Nobody asked for this port: when it is taken, the server starts without the line. */
  readonly isDefault: boolean;
  /** From where people without an account may speak. */
  readonly visitors: (typeof visitorPlaces)[number];
  /** Name of the public room it speaks into; `null`: the room that is there from the start. */
  readonly room: string | null;
};

const DEFAULT_PORT = 3040;

/** `null`: off. */
export function readChatLine(environment: Environment, hasTls: boolean, mistake: Mistake): ChatLine | null {
  const text = environment['HOLDFAST_CHAT_LINE_PORT'];
  const port = readPort(text, mistake);
  const hosts = readHosts('HOLDFAST_CHAT_LINE_HOST:', environment['HOLDFAST_CHAT_LINE_HOST'], mistake);
  const visitors = readVisitors(environment['HOLDFAST_CHAT_LINE_VISITORS'], mistake);
  const room = environment['HOLDFAST_CHAT_LINE_ROOM'] ?? null;
  if (port === null) return null;
  const exposed = (hosts ?? []).filter((host) => !isLoopback(host));
  if (exposed.length > 0 && !hasTls && visitors !== 'anywhere') {
    mistake(
      `HOLDFAST_CHAT_LINE_HOST: on ${exposed.join(', ')} the chat line would be read on its way. Give --tls-cert and --tls-key; ` +
        'or let people without an account speak in clear, and nobody else, with HOLDFAST_CHAT_LINE_VISITORS=anywhere.',
    );
  }
  return { hosts, port: port ?? DEFAULT_PORT, isDefault: text === undefined, visitors, room };
}

/** `null`: off. */
function readPort(text: string | undefined, mistake: Mistake): number | null {
  if (text === undefined) return DEFAULT_PORT;
  if (text === 'any') return 0;
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port === 0 ? null : port;
  mistake(`HOLDFAST_CHAT_LINE_PORT is “${text}”: a number from 1 to 65535, 0 (off), or any (any free port) is wanted.`);
  return null;
}

function readVisitors(text: string | undefined, mistake: Mistake): ChatLine['visitors'] {
  if (text === undefined) return 'loopback';
  const choice = visitorPlaces.find((known) => known === text);
  if (!choice) mistake(`HOLDFAST_CHAT_LINE_VISITORS is “${text}”: one of ${visitorPlaces.join(', ')} is wanted.`);
  return choice ?? 'loopback';
}
