/** For what is measured of chat alone: messages without files ask nothing of this. */
import type { ChatDeps } from '../../src/chat/chat-deps.ts';

const refuse = (): never => {
  throw new Error('No files are attached here');
};

export const noFiles: ChatDeps['shares'] = { facts: refuse, standing: refuse, open: refuse, end: refuse };
