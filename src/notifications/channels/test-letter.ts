/** For tests: a letter, and what channels are handed. */
import { settingsOf } from '../../base/settings.ts';
import { type ChannelDeps, type Letter, resolveHost } from './index.ts';
import { type ChannelSettings, channelSettings } from './settings.ts';

export const letter: Letter = {
  id: '0198c0de-0000-7000-8000-000000000001',
  kind: 'login_new',
  severity: 'warning',
  at: Date.UTC(2026, 10, 28, 9, 30),
  count: 3,
  subject: 'New logins to your account',
  short: '3 new logins to your account. If it was not you, change your password.',
  text: 'There were 3 new logins to your account.\nIf it was not you, change your password now.\n',
  html: '<p>There were 3 new logins to your account.</p><p>If it was not you, change your password now.</p>',
  link: 'https://holdfast.example/settings/sessions',
};

export const going = { signal: new AbortController().signal };

/** `settings` over the defaults. */
export function channelDeps(
  settings: Partial<ChannelSettings> = {},
  deps: Partial<Omit<ChannelDeps, 'settings'>> = {},
): ChannelDeps {
  return {
    clock: () => letter.at,
    hostName: 'workspace-1',
    folder: '/nonexistent/notices',
    resolve: resolveHost,
    allowedNetworks: () => false,
    rooms: { maxBytes: 16_384, say: () => Promise.resolve('missing'), look: () => Promise.resolve('missing') },
    ...deps,
    settings: settingsOf(channelSettings, settings),
  };
}
