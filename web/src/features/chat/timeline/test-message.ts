import type { MessageView } from '../api.ts';

/** A message for tests, of which they say what matters to them. */
export function testMessage(some: Partial<MessageView> & { readonly sequence: number }): MessageView {
  const said: Partial<MessageView> = {
    roomId: 'room',
    time: new Date(some.sequence * 1000).toISOString(),
    author: { accountId: 'ada', handle: 'ada', visitor: false, program: false },
    text: `m${some.sequence}`,
    state: 'whole',
    messageId: null,
    thread: null,
    mentions: [],
    everybody: false,
    attachments: [],
    blurred: [],
    ...some,
  };
  return said as MessageView;
}
