/** Where flows are kept: `sqlite:///srv/holdfast/flows`, a folder, or `mongodb://USER@HOST/DATABASE`. */
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { type Mistake, withoutSecrets } from './store-url.ts';

export type FlowsPlace =
  | {
      readonly kind: 'sqlite';
      /** Absolute. */
      readonly folder: string;
    }
  | {
      readonly kind: 'mongodb';
      /** Without its user. Its query may hold secrets: it is shown nowhere. */
      readonly url: string;
      /** `db1.example.org:27017,db2.example.org`, to be shown. */
      readonly hosts: string;
      readonly user: string | null;
      readonly passwordFile: string | null;
      readonly database: string;
    };

const NAME = 'HOLDFAST_FLOWS';
const DATABASE = 'holdfast';
const HOST = String.raw`(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?`;
/** User, hosts, database, options: https://www.mongodb.com/docs/manual/reference/connection-string/ */
const MONGODB = new RegExp(
  String.raw`^(?<scheme>mongodb(?:\+srv)?://)(?:(?<user>[^:/?#[\]@]+)@)?(?<hosts>${HOST}(?:,${HOST})*)(?:/(?<database>[\w-]{0,63}))?(?:\?(?<options>[^?#]*))?$`,
);
const HAS_PASSWORD = /^[^/]+\/\/[^@/]*:[^@]*@/;

/** The place that `text` names; `fallbackFolder` without one, and a mistake told when it names none. */
export function readFlowsUrl(
  text: string | undefined,
  givenPasswordFile: string | undefined,
  fallbackFolder: string,
  mistake: Mistake,
): FlowsPlace {
  const fallback: FlowsPlace = { kind: 'sqlite', folder: fallbackFolder };
  if (text === undefined) return fallback;
  if (/^mongodb/i.test(text)) {
    const passwordFile = givenPasswordFile === undefined ? null : resolve(givenPasswordFile);
    return readMongoUrl(text, passwordFile, mistake) ?? fallback;
  }
  const url = URL.parse(text);
  const isFolder = url?.protocol === 'sqlite:' && url.host === '' && url.search === '' && url.hash === '';
  if (url && isFolder && url.pathname.length > 1) {
    return { kind: 'sqlite', folder: resolve(fileURLToPath(`file://${url.pathname}`)) };
  }
  mistake(
    `${NAME} is “${withoutSecrets(text)}”: a URL such as sqlite:///srv/holdfast/flows or mongodb+srv://USER@cluster.example.org/holdfast is wanted.`,
  );
  return fallback;
}

/** What it says of a mistake quotes nothing: who mistypes a URL may have put a password anywhere into it. */
function readMongoUrl(text: string, passwordFile: string | null, mistake: Mistake): FlowsPlace | null {
  if (HAS_PASSWORD.test(text)) {
    mistake(`${NAME}: a password does not belong into a URL; name a file that holds it with ${NAME}_PASSWORD_FILE.`);
    return null;
  }
  const { scheme, user, hosts, database, options } = MONGODB.exec(text)?.groups ?? {};
  const name = user === undefined ? null : decoded(user);
  if (scheme === undefined || hosts === undefined || name === '') {
    mistake(
      `${NAME} is no URL of MongoDB: one such as mongodb://USER@db1.example.org:27017,db2.example.org/holdfast?tls=true is wanted.`,
    );
    return null;
  }
  if (passwordFile !== null && name === null) {
    mistake(`${NAME}_PASSWORD_FILE is set, and ${NAME} names no user: mongodb://USER@HOST/DATABASE.`);
    return null;
  }
  return {
    ...{ kind: 'mongodb', hosts, user: name, passwordFile, database: database || DATABASE },
    // As it was given: without a database in it, the user is one of “admin”.
    url: `${scheme}${hosts}/${database ?? ''}${options ? `?${options}` : ''}`,
  };
}

/** Empty: it is not what URLs may hold. */
function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return '';
  }
}
