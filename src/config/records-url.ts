/** Where the records lie: `file:///srv/holdfast/records.sqlite`, or `dynamodb://TABLE?region=eu-central-1`. */
import { fileFromUrl, isProfile, type Mistake, withoutSecrets } from './store-url.ts';

export type RecordsPlace =
  | {
      readonly kind: 'sqlite';
      /** Absolute. */
      readonly file: string;
    }
  | {
      readonly kind: 'dynamodb';
      readonly table: string;
      /** What is not given comes from the standard AWS chain (AWS_REGION, AWS_ENDPOINT_URL, AWS_PROFILE...). */
      readonly region?: string;
      readonly endpoint?: string;
      /** Of the shared AWS files; its credentials are used for the table alone. */
      readonly profile?: string;
    };

/** What DynamoDB takes as the name of a table. */
const TABLE = /^[A-Za-z0-9_.-]{3,255}$/;
const REGION = /^[a-z0-9-]{1,64}$/;

/** The place that `text` names; that of `fallbackFile`, and a mistake told, when it names none. */
export function readRecordsUrl(name: string, text: string, fallbackFile: string, mistake: Mistake): RecordsPlace {
  if (!/^dynamodb:/i.test(text)) {
    const kind = 'records in an SQLite file or in DynamoDB (dynamodb://TABLE)';
    return { kind: 'sqlite', file: fileFromUrl(name, kind, text, fallbackFile, mistake) };
  }
  const wrong = (what: string): RecordsPlace => {
    mistake(`${name} is “${withoutSecrets(text)}”: ${what}`);
    return { kind: 'sqlite', file: fallbackFile };
  };
  const url = URL.parse(text);
  if (!url) return wrong('a URL such as dynamodb://TABLE?region=eu-central-1 is wanted.');
  if (url.username || url.password)
    return wrong('credentials do not belong here; profile=NAME, AWS_PROFILE and its kin name them.');
  if (!TABLE.test(url.host) || !/^\/?$/.test(url.pathname) || url.hash) {
    return wrong('a table of 3-255 letters, digits, dots, hyphens and underscores is wanted, as in dynamodb://TABLE.');
  }
  for (const key of url.searchParams.keys()) {
    if (key !== 'region' && key !== 'endpoint' && key !== 'profile')
      return wrong('behind the table, only region, endpoint and profile may be given.');
  }
  const region = url.searchParams.get('region');
  const endpoint = url.searchParams.get('endpoint');
  const profile = url.searchParams.get('profile');
  if (region !== null && !REGION.test(region)) return wrong('the region is none, such as eu-central-1.');
  if (endpoint !== null && !isEndpoint(endpoint)) return wrong('the endpoint is no http or https URL without a user.');
  if (profile !== null && !isProfile(profile)) return wrong('the profile is no name of one, such as records.');
  return {
    kind: 'dynamodb',
    table: url.host,
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
    ...(profile === null ? {} : { profile }),
  };
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
}
