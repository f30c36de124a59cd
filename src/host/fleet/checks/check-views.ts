/** The checks of this release, each with its script, for whoever wants to know what runs on a host. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostErrors } from '../../errors.ts';
import type * as wire from '../../wire.ts';
import { sharedParts } from '../../checks/shared-parts.ts';
import type { Script } from '../../running/run-check.ts';
import type { Catalogue } from './catalogue.ts';
import type { Platform } from '../report-schema.ts';

export function checksReply(catalogue: Catalogue, platform: Platform | undefined): wire.HostChecksReply {
  const wanted = [...catalogue.values()].filter((each) => platform === undefined || each.header.platform === platform);
  return { checks: wanted.map(headerView) };
}

/** Throws `host_check_not_found`. */
export async function checkReply(catalogue: Catalogue, checkId: string): Promise<wire.HostCheckReply> {
  const check = catalogue.get(checkId);
  if (!check) throw hostErrors('host_check_not_found', { attempted: `Show the check ${checkId}` });
  const script = await readFile(check.path, 'utf8');
  const shared = sharedParts(check).map((part) => ({ ...part }));
  return { ...headerView(check), hash: createHash('sha256').update(script).digest('hex'), script, shared };
}

function headerView({ header }: Pick<Script, 'header'>): wire.HostChecksReply['checks'][number] {
  const { id, platform, isTested, title, severity, rationale, remedy, fix, cuts, needsRoot, references } = header;
  return {
    ...{ checkId: id, platform, isTested, title, severity, rationale, remedy, fix, cuts, needsRoot },
    references: references.map(({ standard, id: number }) => ({ standard, id: number })),
    fixCommand: fix === 'manual' ? null : `sudo holdfast host fix ${id}`,
  };
}
