import type { MessageView } from '../api.ts';

/** Of an address of this workspace what stands behind the host, whichever of its names this browser came by. */
export function pathOn(link: string, origin: string): string | null {
  const url = URL.parse(link, origin);
  return url && (url.protocol === 'https:' || url.protocol === 'http:')
    ? `${url.pathname}${url.search}${url.hash}`
    : null;
}

/** What happened, of the text of an alert: its first line without marks and time; `null` where that is another one. */
export function headingOf(text: string): string | null {
  return /^\*\*([^*\n]+)\*\* \(/.exec(text)?.[1] ?? null;
}

/**
 * Whether it tells of more things than can be decided on in it: an alert lists the worst of what was found. How often they
 * were told says nothing of how many they are.
 */
export function tellsOfMore({
  things,
  actions,
}: Pick<NonNullable<MessageView['alert']>, 'things' | 'actions'>): boolean {
  return things > actions.filter(({ verb }) => verb === 'accept').length;
}
