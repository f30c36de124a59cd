/** Run inside of a network namespace by `unshare --net`: a table of ours comes and goes while another program changes its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStep } from '../../../src/host/fixing/describe.ts';
import { planSteps } from '../../../src/host/fixing/plan.ts';
import { foundStep, makeStep, takeBackStep } from '../../../src/host/fixing/step-acts.ts';

const OTHERS = `table inet blocked {
  set addresses { type ipv4_addr; elements = { 192.0.2.1 } }
  chain input { type filter hook input priority 0; policy accept; ip saddr @addresses drop; }
}
`;
const OURS = 'table inet holdfast {\n\tchain input {\n\t\ttype filter hook input priority 10; policy drop;\n\t}\n}\n';

const nft = (words: readonly string[], input = ''): string => execFileSync('nft', words, { input, encoding: 'utf8' });

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
try {
  const place = { root: '', init: 'none' } as const;
  const file = join(folder, 'ours.nft');
  writeFileSync(file, OURS);
  nft(['-f', '-'], OTHERS);
  const before = nft(['list', 'ruleset']);
  const [step] = await planSteps(place, [{ operation: 'load_rules', words: ['nft', file] }], {
    check: 'FW-01',
    aside: folder,
    kill: false,
  });
  if (!step) throw new Error('it plans nothing');
  const made = await makeStep(place, step);
  nft(['add', 'element', 'inet', 'blocked', 'addresses', '{', '192.0.2.99', '}']);
  const found = await foundStep(place, made);
  // As it stands in a receipt when all ended between the loading and the next look.
  const cutOff = await foundStep(place, step);
  const during = nft(['list', 'ruleset']);
  await takeBackStep(place, made);
  const after = nft(['list', 'ruleset']);
  process.stdout.write(JSON.stringify({ shown: describeStep(step).join('\n'), found, cutOff, before, during, after }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
