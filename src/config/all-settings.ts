/** The numeric settings of every feature, in one list: what the environment may set and docs/settings.md shows. */
import { configErrors } from './errors.ts';
import type { Environment } from './env.ts';
import { agentSettings } from '../agent/settings.ts';
import { accountsSettings } from '../accounts/settings.ts';
import { auditSettings } from '../audit/settings.ts';
import { lineSettings } from '../chat/line/settings.ts';
import { bucketsSettings } from '../buckets/settings.ts';
import { environmentName, settingsOf, type SettingEntry, type Settings } from '../base/settings.ts';
import { chatSettings } from '../chat/settings.ts';
import { findingsSettings } from '../findings/settings.ts';
import { filesSettings } from '../files/settings.ts';
import { hostSettings } from '../host/settings.ts';
import { liveSettings } from '../live/settings.ts';
import { networkSettings } from '../network/settings.ts';
import { channelSettings } from '../notifications/channels/settings.ts';
import { notificationsSettings } from '../notifications/settings.ts';
import { serverSettings } from '../server/settings.ts';
import { storageSettings } from '../storage/settings.ts';
import { tlsSettings } from '../tls/settings.ts';

export const settingCatalogues = {
  server: serverSettings,
  accounts: accountsSettings,
  agent: agentSettings,
  audit: auditSettings,
  buckets: bucketsSettings,
  chat: chatSettings,
  files: filesSettings,
  findings: findingsSettings,
  host: hostSettings,
  chatLine: lineSettings,
  live: liveSettings,
  network: networkSettings,
  channels: channelSettings,
  notifications: notificationsSettings,
  storage: storageSettings,
  tls: tlsSettings,
} as const satisfies Record<string, Record<string, SettingEntry>>;

type Catalogues = typeof settingCatalogues;

/** The values in force, by feature. */
export type AllSettings = { readonly [Feature in keyof Catalogues]: Settings<Catalogues[Feature]> };

/** Every setting with the name of its environment variable. */
export function settingNames(): ReadonlyMap<string, SettingEntry> {
  const entries = Object.values<Record<string, SettingEntry>>(settingCatalogues).flatMap((catalogue) =>
    Object.entries(catalogue),
  );
  return new Map(entries.map(([name, entry]) => [environmentName(name), entry]));
}

/** Defaults overridden by the environment; `mistake` hears of every value that cannot be used. */
export function readSettings(
  environment: Readonly<Record<string, string>>,
  mistake: (text: string) => void,
): AllSettings {
  const read = ([feature, catalogue]: [string, Record<string, SettingEntry>]) => {
    const values: Record<string, number> = {};
    for (const [name, entry] of Object.entries(catalogue)) {
      const text = environment[environmentName(name)];
      if (text === undefined) continue;
      const value = Number(text);
      if (/^[0-9]{1,16}$/.test(text) && value >= entry.min && value <= entry.max) values[name] = value;
      else {
        mistake(
          `${environmentName(name)} is “${text}”: a whole number of ${entry.unit} from ${entry.min} to ${entry.max} is wanted (default ${entry.default}).`,
        );
      }
    }
    return [feature, settingsOf(catalogue, values)];
  };
  return Object.fromEntries(Object.entries(settingCatalogues).map(read)) as AllSettings;
}

/** All of them, for a program that is configured by nothing else. Throws `config_invalid` with everything that is wrong. */
export function settingsIn(environment: Environment): AllSettings {
  const mistakes: string[] = [];
  const settings = readSettings(environment, (text) => void mistakes.push(text));
  if (mistakes.length === 0) return settings;
  throw configErrors('config_invalid', { detail: mistakes.join('\n'), extra: { mistakes } });
}
