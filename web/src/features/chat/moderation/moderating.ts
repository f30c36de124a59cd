import type { MessageId, MessageView } from '../api.ts';
import type { Restriction, Whom } from './api.ts';

/** What somebody is about to do, and is asked the reason of. */
export type Moderating =
  | { readonly act: 'report' | 'hide' | 'restore'; readonly message: MessageId }
  /** `null`: it is still to be said whom. */
  | { readonly act: 'restrict'; readonly whom: Subject | null }
  | { readonly act: 'lift'; readonly restriction: Restriction };

export interface Subject {
  readonly name: string;
  readonly whom: Whom;
}

/** Who wrote a message, as moderators name them; `null`: a program, or somebody who cannot be named. */
export function authorOf({ author, sequence }: Pick<MessageView, 'author' | 'sequence'>): Subject | null {
  const { handle: name, visitor, program, bot } = author;
  if (program || bot !== undefined) return null;
  return { name, whom: visitor ? { sequence } : { handle: name } };
}

/** How long a mute or ban holds, in minutes. */
export const spans = [
  { value: '10', label: '10 minutes' },
  { value: '60', label: 'An hour' },
  { value: '1440', label: 'A day' },
  { value: '10080', label: 'A week' },
  { value: '43200', label: '30 days' },
  { value: '525600', label: 'A year' },
] as const;
