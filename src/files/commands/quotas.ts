import type { ApiClient, Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { UsageView } from '../wire.ts';

/** How people are found is the business of accounts/. */
export interface FindsPeople {
  readonly everybody: (api: ApiClient) => Promise<readonly FoundPerson[]>;
  readonly find: (api: ApiClient, wanted: string) => Promise<FoundPerson>;
}

interface FoundPerson {
  readonly accountId: string;
  readonly name: string;
  readonly handle: string;
}

/** `admin quotas show|set`. */
export function quotaCommands(people: FindsPeople): readonly Command[] {
  return [showQuotas(people), setQuota(people)];
}

function showQuotas(people: FindsPeople): Command {
  return {
    path: ['admin', 'quotas', 'show'],
    summary: 'How much space people use, and how much they may',
    description: 'Counted is the ciphertext of every object once, with all versions and the trash.',
    examples: [
      { run: 'holdfast admin quotas show', does: 'Everybody, who uses most first' },
      { run: 'holdfast admin quotas show @grace', does: 'One person' },
      { run: 'holdfast admin quotas set @grace 50GB', does: 'Set a quota' },
    ],
    arguments: [{ name: 'PERSON', about: 'Handle, e-mail address or id', optional: true }],
    async run(context, input) {
      const api = await context.signedIn();
      const [wanted] = input.args;
      const asked = wanted === undefined ? await people.everybody(api) : [await people.find(api, wanted)];
      const quotas: (UsageView & { name: string; handle: string })[] = [];
      for (const { accountId, name, handle } of asked) {
        quotas.push({ ...(await api.get<UsageView>(`/people/${accountId}/quota`)), name, handle });
      }
      quotas.sort((one, other) => other.usedBytes - one.usedBytes);
      context.terminal.show({ quotas }, () =>
        context.terminal.table(
          [{ title: 'Handle' }, { title: 'Name', cut: true }, { title: 'Used', align: 'right' }, { title: 'Quota' }],
          quotas.map((each) => [
            `@${each.handle}`,
            each.name,
            formatBytes(each.usedBytes),
            isOver(each) ? { text: quotaText(each), style: 'attention' } : quotaText(each),
          ]),
        ),
      );
    },
  };
}

function setQuota(people: FindsPeople): Command {
  return {
    path: ['admin', 'quotas', 'set'],
    summary: 'Say how much space somebody may use',
    description: 'Nothing is removed from who is over it; only what is new is refused.',
    examples: [
      { run: 'holdfast admin quotas set @grace 50GB', does: 'Decimal units; 50GiB works too' },
      { run: 'holdfast admin quotas set grace@example.org none', does: 'As much as there is' },
      { run: 'holdfast admin quotas set @grace default', does: 'What everybody has' },
    ],
    arguments: [
      { name: 'PERSON', about: 'Handle, e-mail address or id' },
      { name: 'SIZE', about: 'Like 500MB or 2TB; “none” for as much as there is; “default” for what everybody has' },
    ],
    async run(context, input) {
      const [wanted = '', size = ''] = input.args;
      const quotaBytes = size === 'default' ? undefined : size === 'none' ? null : bytesFrom(size);
      const api = await context.signedIn();
      const { accountId, name, handle } = await people.find(api, wanted);
      const request = quotaBytes === undefined ? {} : { quotaBytes };
      const quota = await api.post<UsageView>(`/people/${accountId}/quota`, request);
      context.terminal.show({ ...quota, name, handle }, () => [
        `${visible(name)} (@${handle}) may use ${quotaText(quota)}, and uses ${formatBytes(quota.usedBytes)}.`,
      ]);
      if (isOver(quota))
        context.terminal.warn('That is over the quota: nothing is removed, but nothing new is stored.');
    },
  };
}

function isOver({ usedBytes, quotaBytes }: UsageView): boolean {
  return quotaBytes !== null && usedBytes > quotaBytes;
}

function quotaText({ quotaBytes, isDefault }: UsageView): string {
  const text = quotaBytes === null ? 'as much as there is' : formatBytes(quotaBytes);
  return isDefault ? `${text} (default)` : text;
}

const UNITS = ['b', 'k', 'm', 'g', 't', 'p'] as const;

/** `50GB`, `1.5 TiB`, `1000`. Throws `usage_invalid`. */
function bytesFrom(text: string): number {
  const [, number = '', unit = '', binary = ''] =
    /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgtp]?)(i?)b?$/i.exec(text.trim()) ?? [];
  const power = unit === '' ? 0 : UNITS.findIndex((each) => each === unit.toLowerCase());
  const bytes = Math.round(Number(number) * (binary === '' ? 1000 : 1024) ** power);
  if (number === '' || !Number.isSafeInteger(bytes)) {
    throw commandErrors('usage_invalid', { detail: 'SIZE is like 500MB, 50GB or 2TiB, or “none”, or “default”' });
  }
  return bytes;
}
