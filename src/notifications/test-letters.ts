/** What tests of rules and of the outbox share: events, a channel for mail, and an address that its owner confirmed. */
import type { TestNotifications, TestPerson } from './test-notifications.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const who = ({ accountId }: TestPerson) => ({ accountId, sessionId: 'session-1' });
export const login = ({ accountId }: TestPerson) => ({
  kind: 'login_new',
  accountId,
  subject: '',
  details: ['From 192.0.2.1'],
});
export const quota = ({ accountId }: TestPerson) => ({ kind: 'quota_near', accountId, subject: '' });
export const finding = (subject = 'account 1') => ({
  kind: 'finding_opened',
  accountId: null,
  subject,
  details: [`critical: ${subject} is public`],
});

export async function mailChannel({ notifications, ada }: TestNotifications): Promise<string> {
  const wanted = { name: 'Mail', kind: 'mail', config: { host: 'mail.example.org', password: 'hush' } };
  return (await notifications.channels.add(who(ada), wanted)).channelId;
}

/** Somebody's address, asked for and confirmed as its owner does it: out of the letter. */
export async function confirmed(setup: TestNotifications, person: TestPerson, channelId: string): Promise<string> {
  const { notifications, mail } = setup;
  const destination = `${person === setup.ada ? 'ada' : 'grace'}@example.org`;
  await notifications.setAddress(who(person), channelId, destination);
  await notifications.send();
  const letter = mail.delivered.find((each) => each.destination === destination)?.letter;
  await notifications.confirmAddress(letter?.link?.split('#')[1] ?? '');
  mail.delivered.length = 0;
  setup.advance(MINUTE);
  return destination;
}
