import type { EventView } from './api.ts';

/** The facts of an event that a person wants to read, in a few words. `nameOf`: of an account, where known. */
export function eventDetails(
  { act, facts, subjectIds }: EventView,
  nameOf: (accountId: string) => string | null,
): string {
  const text = (name: string): string | null => {
    const value = facts[name];
    return value === undefined || value === null ? null : String(value);
  };
  const parts: string[] = [];
  if (act.startsWith('account.') || act === 'quota.changed') {
    const about = subjectIds.map(nameOf).find((name) => name !== null);
    if (about !== undefined && about !== null && aboutOthers.has(act)) parts.push(about);
  }
  const [from, to] = [text('from'), text('to')];
  if (act === 'account.role_changed' && from !== null && to !== null) parts.push(`from ${from} to ${to}`);
  if (act === 'setting.changed') parts.push(`${text('name')}: ${text('value')}`);
  if (act === 'app_password.made') parts.push(`for ${text('scope')}`);
  if (act === 'invite.made') parts.push(`for a ${text('role')}`);
  if (act === 'session.ended' && text('why') !== null) parts.push(String(text('why')));
  const address = text('address');
  if (address !== null) parts.push(`from ${address}`);
  return parts.join(', ');
}

const aboutOthers = new Set([
  'account.role_changed',
  'account.disabled',
  'account.enabled',
  'account.reset',
  'quota.changed',
]);
