/** What the programs of the demo know of this machine: how to run and to write, and nobody's home, settings or credentials. */
import { join } from 'node:path';

const OF_THE_MACHINE = /^(PATH|LANG|LANGUAGE|LC_[A-Z]+|TERM|TZ|TMPDIR|SystemRoot)$/;

export interface OwnEnvironment {
  /** The whole environment. */
  readonly keep: Readonly<Record<string, string>>;
  /** The part by which the account that is replayed is reached. */
  readonly aws: Readonly<Record<string, string>>;
}

export function ownEnvironment(folder: string, endpoint: string): OwnEnvironment {
  const machine = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && OF_THE_MACHINE.test(name) ? [[name, value] as const] : [],
  );
  const aws = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
  };
  const home = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  return { aws, keep: { ...Object.fromEntries(machine), ...home, ...aws } };
}
