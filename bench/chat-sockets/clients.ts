/**
 * The clients of bench/chat-sockets.ts in a process of their own: so many WebSockets, each of which listens to one room.
 * Told to, it says something in the room and measures until the last of them has heard it.
 */
import { WebSocket } from 'ws';

interface Start {
  readonly url: string;
  readonly token: string;
  readonly roomId: string;
  readonly count: number;
}

/** Handshakes at one time. */
const AT_ONCE = 50;

const sockets: WebSocket[] = [];
let heard = 0;
let onHeard = (): void => {};

function connect({ url, token, roomId }: Start): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/live`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    sockets.push(socket);
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId }] })));
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (text.includes('"subscribed"')) resolve();
      if (!text.includes('"kind":"event"')) return;
      heard += 1;
      onHeard();
    });
  });
}

async function say({ url, token, roomId }: Start): Promise<number> {
  heard = 0;
  const all = new Promise<void>((resolve) => (onHeard = () => heard >= sockets.length && resolve()));
  const started = performance.now();
  const response = await fetch(`${url}/api/v1/chat/rooms/${roomId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Shall we meet at three? The plan is in /team/plan.md.' }),
  });
  if (response.status !== 201) throw new Error(`Sending answered ${response.status}`);
  await all;
  return performance.now() - started;
}

let start: Start | undefined;
process.on('message', (message: Start | 'say' | 'end') => {
  void (async () => {
    if (message === 'end') {
      for (const socket of sockets) socket.terminate();
      process.disconnect();
    } else if (message === 'say') {
      if (start) process.send?.(await say(start));
    } else {
      start = message;
      let begun = 0;
      const some = async (): Promise<void> => {
        while (begun < message.count) {
          begun += 1;
          await connect(message);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, some));
      process.send?.('connected');
    }
  })();
});
