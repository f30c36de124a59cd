import type { BotView, HookView, Outgoing } from './api.ts';

/** What somebody is about to do, and is asked something first. */
export type BotAct =
  | { readonly act: 'make' }
  | { readonly act: 'token' | 'hook' | 'outgoing' | 'remove'; readonly bot: BotView }
  | { readonly act: 'removeHook'; readonly hook: HookView }
  | { readonly act: 'removeOutgoing'; readonly hook: Outgoing };

export const accessWords: Readonly<Record<BotView['access'], string>> = {
  read: 'Reads',
  write: 'Writes',
  both: 'Reads and writes',
};
