/** Reports for tests: as small as they can be. */
import { newId } from '../base/ids.ts';
import type { MadeReport } from '../host/index.ts';

export function testReport(own: { facts?: string; firewall?: string; text?: string } = {}): MadeReport {
  const { facts, firewall, text = 'Debian' } = own;
  const ofHost = {
    ...{ hostname: 'lab', osName: text, osId: 'debian', osVersion: '12', kernel: '6', architecture: 'x86_64' },
    ...{ container: '', cloud: '', init: 'systemd', packages: 'dpkg', isRoot: true },
  };
  const none = { items: [], unread: null };
  return {
    report: {
      ...{ formatVersion: 1, reportId: newId(), hostId: '0'.repeat(32), agentVersion: '0', origin: 'agent' },
      ...{ startedTime: '2026-11-28T12:00:00.000Z', tookMs: 1, selection: 'all' },
      system: { platform: 'linux', ...ofHost },
      ...{ checks: [], whole: [], observations: [] },
    },
    parts: {
      facts:
        facts === undefined
          ? null
          : {
              hash: facts.repeat(64).slice(0, 64),
              state: {
                system: { platform: 'linux', ...ofHost, hostId: '0'.repeat(32), osFamily: 'debian' },
                ...{ addresses: none, routes: none, dns: none, hosts: none, listeners: none },
              },
            },
      firewall:
        firewall === undefined
          ? null
          : {
              hash: firewall.repeat(64).slice(0, 64),
              state: { tools: { nft: { state: 'read', text: firewall } }, isIptablesOverNft: false },
            },
    },
  };
}
