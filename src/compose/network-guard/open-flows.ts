/** The store of flows, whichever it is: a server's, and that of verbs on somebody's own computer. */
import { type Config, readPassword } from '../../config/index.ts';
import { networkErrors } from '../../network/errors.ts';
import type { FlowStore } from '../../network/index.ts';
import type { Clock } from '../../base/clock.ts';

export interface OpenFlowsDeps {
  readonly settings: Config['settings']['network'];
  readonly clock: Clock;
  /** A verb leaves to the server what only the server may decide about the store. */
  readonly isServer: boolean;
}

/** Its adapter is loaded by whoever opens it, and no sooner. Throws `flows_unavailable`, `flows_damaged`. */
export async function openFlows(place: Config['flows'], deps: OpenFlowsDeps): Promise<FlowStore> {
  const { openFlowStore } = await import('../../network/index.ts');
  if (place.kind === 'sqlite') return await openFlowStore(place, deps);
  const { passwordFile } = place;
  const password = passwordFile === null ? null : await passwordIn(passwordFile);
  return await openFlowStore({ ...place, password }, deps);
}

async function passwordIn(file: string): Promise<string> {
  try {
    return await readPassword(file);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const remedy =
      'HOLDFAST_FLOWS_PASSWORD_FILE names the file: let it be there, and readable for whoever runs Holdfast.';
    throw networkErrors('flows_unavailable', { attempted: `Read ${file}`, detail: code, remedy, cause });
  }
}
