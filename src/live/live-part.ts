import type { Session } from '../accounts/index.ts';
import type { WebSocketPeer } from '../base/http/web-socket.ts';

/** Who is connected. */
export type LiveListener = Pick<Session, 'accountId' | 'sessionId' | 'role' | 'handle' | 'name'>;

/** A JSON object with a `type`; everything else about it is to be checked by whoever takes it. */
export type ClientMessage = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What a feature speaks over the one connection beside hints. */
export interface LivePart {
  /** Messages of the client whose type begins with it and a dot are for this part. */
  readonly prefix: string;
  /** With the first such message. */
  begin(listener: LiveListener, peer: Pick<WebSocketPeer, 'send' | 'close'>): LiveTalk;
}

/** One connection's part; disposed when the connection is over. */
export interface LiveTalk extends Disposable {
  /** False when the message is not understood, which ends the connection. */
  hear(message: ClientMessage): boolean;
  /** Asked from time to time, and when what the account may do has changed: looks whether it still may listen. */
  look(): Promise<void>;
}
