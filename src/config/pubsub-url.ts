import { type Mistake, withoutSecrets } from './store-url.ts';

/** Where the servers of a workspace hear of each other; the password of `redis` lies in a file. */
export type PubSubPlace =
  | { readonly kind: 'process' }
  | {
      readonly kind: 'redis';
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly database: number;
      readonly username: string | null;
    };

const NAME = 'HOLDFAST_PUBSUB';
const DEFAULT_PORT = 6379;

/** Reads `redis://[USER@]HOST[:PORT][/DATABASE]`, or `rediss://` for TLS. No URL: within this process. */
export function readPubSubUrl(text: string | undefined, mistake: Mistake): PubSubPlace {
  const process: PubSubPlace = { kind: 'process' };
  if (text === undefined) return process;
  const url = URL.parse(text);
  if (url?.password) {
    mistake(`${NAME}: a password does not belong into a URL; name a file that holds it with ${NAME}_PASSWORD_FILE.`);
    return process;
  }
  const database = /^\/?([0-9]{0,2})$/.exec(url?.pathname ?? 'none')?.[1];
  const fits = url && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.search === '' && url.hash === '';
  if (!fits || database === undefined || Number(database) > 15) {
    mistake(
      `${NAME} is “${withoutSecrets(text)}”: a URL such as redis://localhost:6379 or rediss://redis.example.org/1 is wanted.`,
    );
    return process;
  }
  return {
    kind: 'redis',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === 'rediss:',
    database: Number(database),
    username: url.username === '' ? null : decodeURIComponent(url.username),
  };
}
