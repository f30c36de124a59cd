import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import type { FirewallRules, ToolRules } from '../rules.ts';
import { planRestore } from './plan.ts';

const read = (text: string): ToolRules => ({ state: 'read', text });
const ours = 'table inet guard {\n\tchain input {\n\t}\n}\n';
const nat = '*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -j DOCKER\nCOMMIT\n';

test('tables of both states go and those of then come, but for those that iptables looks after', () => {
  const now: FirewallRules = {
    tools: { nft: read('table ip nat {\n}\ntable ip mine {\n}\n'), iptables: read(nat) },
    isIptablesOverNft: true,
  };
  const then: FirewallRules = { tools: { nft: read(ours), iptables: read('') }, isIptablesOverNft: true };
  const { wanted, before, left } = planRestore(now, then);
  assert.deepEqual(wanted.tables.toSorted(), ['inet guard', 'ip mine']);
  assert.equal(wanted.nft, ours);
  assert.equal(wanted.iptables, '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n');
  assert.equal(wanted.ip6tables, null);
  assert.deepEqual(before.tables.toSorted(), ['inet guard', 'ip mine']);
  assert.equal(before.iptables, nat);
  assert.deepEqual(left, []);
});

test('what cannot be brought back is refused, and what stays is said', () => {
  const then: FirewallRules = { tools: { nft: read(ours) }, isIptablesOverNft: false };
  const refused = (now: FirewallRules, code: string) =>
    assert.throws(
      () => planRestore(now, then),
      (error) => hasCode(error, code),
    );
  refused({ tools: {}, isIptablesOverNft: false }, 'host_rules_not_loadable');
  refused({ tools: { nft: { state: 'unread', why: 'no' } }, isIptablesOverNft: false }, 'host_needs_root');
  refused({ tools: { nft: read(''), iptables: read(nat) }, isIptablesOverNft: true }, 'host_rules_not_loadable');

  const now: FirewallRules = {
    tools: { nft: read(''), iptables: read(nat), ufw: read('Status: active\n'), firewalld: read('not running\n') },
    isIptablesOverNft: false,
  };
  const { wanted, left } = planRestore(now, then);
  assert.equal(wanted.iptables, null);
  assert.equal(left.length, 2);
  assert.match(
    left.join('\n'),
    /iptables stay as they are: it was not there then[\s\S]*settings of ufw, which were others/,
  );
});
