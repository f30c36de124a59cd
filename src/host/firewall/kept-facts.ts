/** Former rules as facts, for a fix that brings back those that are known. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshots } from '../state/snapshots.ts';
import type { KeptRules } from './timeline.ts';

/** Further back a person has to choose. */
const MOST = 20;

/** `facts`/firewall-kept/000 is the newest: what each tool said, and all of it as `rules.json`. */
export async function writeKeptRules(timeline: Snapshots<KeptRules>, facts: string): Promise<void> {
  const newest = (await timeline.ids()).toReversed().slice(0, MOST);
  for (const [index, id] of newest.entries()) {
    const kept = await timeline.read(id);
    if (!kept) continue;
    const folder = join(facts, 'firewall-kept', String(index).padStart(3, '0'));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const texts = Object.entries(kept.rules.tools).flatMap(([tool, said]) =>
      said.state === 'read' ? [[tool, said.text] as const] : [],
    );
    for (const [name, text] of [...texts, ['rules.json', JSON.stringify(kept.rules)] as const]) {
      await writeFile(join(folder, name), text, { mode: 0o600 });
    }
  }
}
