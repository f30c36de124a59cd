import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiClient } from '../../base/commands/command.ts';
import type { HistoryReply, MessageView } from '../wire.ts';
import { openSealedNews, type SealedNews } from './sealed-news.ts';

const message = (sequence: number, text: string, editedTime: string | null = null): MessageView =>
  ({ sequence, text, editedTime, state: 'shown', attachments: [], reactions: [] }) as unknown as MessageView;

/** A conversation to which something is added just before so many-eth answer. */
function conversation(meanwhile: Readonly<Record<number, () => void>>) {
  const messages: MessageView[] = [];
  let asked = 0;
  const get = (path: string): Promise<HistoryReply> => {
    asked += 1;
    meanwhile[asked]?.();
    const after = /after=(\d+)/.exec(path)?.[1];
    const page = messages.filter(({ sequence }) => after === undefined || sequence > Number(after));
    return Promise.resolve({ messages: page, later: null } as unknown as HistoryReply);
  };
  return { messages, api: { get } as unknown as ApiClient };
}

async function told(news: SealedNews, since: number, upTo: number): Promise<{ lines: string[]; reached: number }> {
  const lines: string[] = [];
  const all = news.between(since, upTo);
  for (;;) {
    const next = await all.next();
    if (next.done) return { lines, reached: next.value };
    lines.push(`${next.value.what} ${next.value.message.text}`);
  }
}

test('what is said while it is looked for changes is told with what comes next, and not lost', async () => {
  const { messages, api } = conversation({ 2: () => messages.push(message(4, 'bye')) });
  messages.push(message(1, 'hello'), message(2, 'hi'));
  const news = openSealedNews(api, 'r', messages.slice());
  // 3 was a change of 2; 4 is said before the last messages are looked at.
  messages[1] = message(2, 'hi!', 'later');
  assert.deepEqual(await told(news, 2, 3), { lines: ['edited hi!'], reached: 3 });
  assert.deepEqual(await told(news, 3, 4), { lines: ['said bye'], reached: 4 });
});

test('a change that comes between what was told and what is read is seen, and a late telling goes nowhere', async () => {
  const { messages, api } = conversation({
    1: () => {
      messages[1] = message(2, 'two!', 'later');
      messages.push(message(3, 'three'), message(5, 'five'));
    },
  });
  messages.push(message(1, 'one'), message(2, 'two'));
  const news = openSealedNews(api, 'r', messages.slice());
  const { lines, reached } = await told(news, 2, 3);
  assert.deepEqual([lines, reached], [['said three', 'said five', 'edited two!'], 5]);
  assert.deepEqual(await told(news, reached, 4), { lines: [], reached: 5 });
});
