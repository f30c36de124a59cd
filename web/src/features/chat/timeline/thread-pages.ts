/** The replies of a thread, which come in pages, as they are after one was said or changed. */
import type { InfiniteData } from '@tanstack/react-query';
import type { ListReply, MessageView } from '../api.ts';

type ThreadPages = InfiniteData<ListReply>;

/** In its place; a new one stands at the end once all pages before it are there. Any other is for the server to tell. */
export function withReply({ pages, pageParams }: ThreadPages, reply: MessageView): ThreadPages {
  const last = pages.at(-1);
  const isNew = last?.next === null && (last.messages.at(-1)?.sequence ?? 0) < reply.sequence;
  return {
    pageParams,
    pages: pages.map((page) => {
      if (page === last && isNew) return { ...page, messages: [...page.messages, reply] };
      return { ...page, messages: page.messages.map((each) => (each.sequence === reply.sequence ? reply : each)) };
    }),
  };
}
