/** Where flows are kept: `sqlite:///srv/holdfast/flows`, a folder. */
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { type Mistake, withoutSecrets } from './store-url.ts';

export type FlowsPlace = {
  readonly kind: 'sqlite';
  /** Absolute. */
  readonly folder: string;
};

const NAME = 'HOLDFAST_FLOWS';

/** The place that `text` names; `fallbackFolder` without one, and a mistake told when it names none. */
export function readFlowsUrl(text: string | undefined, fallbackFolder: string, mistake: Mistake): FlowsPlace {
  const fallback: FlowsPlace = { kind: 'sqlite', folder: fallbackFolder };
  if (text === undefined) return fallback;
  const url = URL.parse(text);
  const isFolder = url?.protocol === 'sqlite:' && url.host === '' && url.search === '' && url.hash === '';
  if (url && isFolder && url.pathname.length > 1) {
    return { kind: 'sqlite', folder: resolve(fileURLToPath(`file://${url.pathname}`)) };
  }
  mistake(`${NAME} is “${withoutSecrets(text)}”: a URL such as sqlite:///srv/holdfast/flows is wanted.`);
  return fallback;
}
