import { accountErrors, type SessionWatch } from '../accounts/index.ts';
import { errorFacts } from '../base/error-facts.ts';
import { hasCode } from '../base/errors.ts';
import { placeOf } from '../base/http/addresses.ts';
import type { AcceptWebSocket, WebSocketPeer } from '../base/http/web-socket.ts';
import type { Log } from '../base/log.ts';
import type { PubSub } from '../storage/index.ts';
import { liveErrors } from './errors.ts';
import { openOutgoing } from './outgoing.ts';
import type { LiveSettings } from './settings.ts';
import { topics } from './topics.ts';
import type { ClientMessage, LiveListener, LivePart, LiveTalk } from './live-part.ts';
import { liveCloseCodes, type LiveMessage } from './wire.ts';

export interface LiveDeps {
  readonly pubSub: PubSub;
  /** Ends connections whose session is over. */
  readonly watch: SessionWatch;
  /** Ids of the drives that an account may look into. */
  readonly visibleDrives: (accountId: string) => Promise<readonly string[]>;
  /** What else is spoken over the connection. */
  readonly parts?: readonly LivePart[];
  readonly settings: LiveSettings;
  readonly log: Log;
}

export interface Live {
  /**
   * Tells a person's client of changes from now on, until either side ends it.
   * Throws `live_connections_too_many` and what `accept` throws.
   */
  connect(listener: LiveListener, address: string, accept: AcceptWebSocket): Promise<void>;
}

export function openLive(deps: LiveDeps): Live {
  const { settings } = deps;
  const perAccount = new Map<string, number>();
  const perPlace = new Map<string, number>();

  return {
    async connect(session, address, accept) {
      const { accountId, sessionId, role, handle, name } = session;
      const place = placeOf(address);
      const full =
        (perAccount.get(accountId) ?? 0) >= settings.liveConnectionsPerAccount ||
        (perPlace.get(place) ?? 0) >= settings.liveConnectionsPerPlace;
      if (full) throw liveErrors('live_connections_too_many');
      count(perAccount, accountId, 1);
      count(perPlace, place, 1);
      const leave = (): void => {
        count(perAccount, accountId, -1);
        count(perPlace, place, -1);
      };
      const peer = await accept().catch((error: unknown) => {
        leave();
        throw error;
      });
      peer.onClosed(leave);
      // Without the opened key, which is not kept for as long as a connection lasts.
      listen(deps, peer, { accountId, sessionId, role, handle, name }, 'identity' in session);
    },
  };
}

/** `isHinted`: not for whoever came with an app password for chat, whose drives are no business of it. */
function listen(deps: LiveDeps, peer: WebSocketPeer, listener: LiveListener, isHinted: boolean): void {
  const { pubSub, settings, log } = deps;
  const { accountId } = listener;
  const limits = { maxQueued: settings.liveQueuedMessages, gatherMs: settings.liveGatherMs };
  const open = new DisposableStack();
  const outgoing = open.use(openOutgoing(peer, limits));
  const drives = new Map<string, Disposable>();
  open.defer(() => drives.forEach((drive) => drive[Symbol.dispose]()));

  const look = async (): Promise<void> => {
    const visible = new Set(isHinted ? await deps.visibleDrives(accountId) : []);
    if (open.disposed) return;
    for (const [driveId, subscription] of drives) {
      if (visible.has(driveId)) continue;
      subscription[Symbol.dispose]();
      drives.delete(driveId);
    }
    for (const driveId of visible) {
      if (drives.has(driveId)) continue;
      drives.set(
        driveId,
        pubSub.subscribe(topics.drive(driveId), (message) => outgoing.tell(message as LiveMessage)),
      );
    }
  };
  // One after the other: the one that looked last is the one that counts.
  let turn = Promise.resolve();
  const lookAgain = (): Promise<void> => {
    const looked = turn.then(look);
    turn = looked.catch(() => undefined);
    return looked;
  };
  const failed = (error: unknown): void => {
    log.warn({ accountId, ...errorFacts(error) }, 'A live connection was ended: its drives could not be looked at');
    peer.terminate();
  };

  open.use(
    pubSub.subscribe(topics.account(accountId), (message) => {
      if (!isHinted) return;
      if (message['type'] === 'drives') void lookAgain().catch(failed);
      outgoing.tell(message as LiveMessage);
    }),
  );
  open.use(
    deps.watch.watch(
      listener,
      (reason) => {
        const code = hasCode(reason, 'role_changed') ? liveCloseCodes.roleChanged : liveCloseCodes.sessionOver;
        peer.close(code, reason.code);
      },
      async (role) => {
        if (role !== listener.role) throw accountErrors('role_changed');
        await lookAgain();
        for (const talk of talks.values()) await talk.look();
      },
    ),
  );
  // A part is begun by the first message for it: most connections never send one.
  const talks = new Map<LivePart, LiveTalk>();
  open.defer(() => talks.forEach((talk) => talk[Symbol.dispose]()));
  const talkOf = (type: string): LiveTalk | undefined => {
    const part = deps.parts?.find(({ prefix }) => type.startsWith(`${prefix}.`));
    if (!part) return undefined;
    const talk = talks.get(part) ?? part.begin(listener, peer);
    talks.set(part, talk);
    return talk;
  };
  peer.onText((text) => {
    const message = messageOf(text);
    if (message?.type === 'ping') outgoing.tell({ type: 'pong' });
    else if (!message || !talkOf(message.type)?.hear(message)) {
      peer.close(liveCloseCodes.messageInvalid, 'this message is not understood');
    }
  });
  peer.onClosed(() => open.dispose());
  void lookAgain()
    .then(() => outgoing.tell({ type: 'ready' }))
    .catch(failed);
}

function messageOf(text: string): ClientMessage | null {
  try {
    const message = JSON.parse(text) as Partial<ClientMessage> | null;
    return typeof message?.type === 'string' ? (message as ClientMessage) : null;
  } catch {
    return null;
  }
}

function count(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + change;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}
