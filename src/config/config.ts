/** Flags and environment become one typed configuration; every mistake is told, all of them together. */
import { relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { signUpPolicies, type SignUpPolicy } from '../accounts/settings.ts';
import { isLoopback, parseNetworks, type Networks } from '../base/http/addresses.ts';
import { type AddressFiles, addressFilesIn } from './address-files.ts';
import { type AllSettings, readSettings, settingNames } from './all-settings.ts';
import { type BucketPlaces, readBucketPlaces } from './bucket-places.ts';
import { type ChatLine, readChatLine } from './chat-line.ts';
import { type CertificatePlace, readCertificate, readRedirectPort } from './certificate.ts';
import { cliEnvironmentNames } from './cli-env.ts';
import { endpointEnvironment, type Environment, serverEnvironment, socketEnvironment } from './env.ts';
import { configErrors } from './errors.ts';
import { type FlowsPlace, readFlowsUrl } from './flows-url.ts';
import { type GuardQueue, readGuardQueue } from './guard-queue.ts';
import { readHosts } from './hosts.ts';
import { type ObjectsPlace, readObjectsUrl, type S3Place } from './objects-url.ts';
import { type PubSubPlace, readPubSubUrl } from './pubsub-url.ts';
import { type OpenedSockets, readOpenedSockets } from './opened-sockets.ts';
import { readRecordsUrl, type RecordsPlace } from './records-url.ts';
import { fileFromUrl, type Mistake } from './store-url.ts';
import { readWorkspaceKeyPlace, type WorkspaceKeyPlace } from './workspace-key-place.ts';
import { nearest } from '../base/text/nearest.ts';

export const suites = ['pq', 'classic'] as const;
export const storeNames = ['primary', 'backup'] as const;
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What `serve` takes on its command line; each wins over the environment. */
export type ServeFlags = {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly insecureHttp?: boolean | undefined;
  readonly adoptStore?: string | undefined;
};

export type Config = {
  /** Absolute. */
  readonly dataFolder: string;
  /** Addresses to listen on; `null`: both loopback addresses, of which ::1 may be lacking. */
  readonly hosts: readonly string[] | null;
  /** 0: any free port. */
  readonly port: number;
  readonly objects: ObjectsPlace;
  /** Where every version gets its second copy. */
  readonly backup: ObjectsPlace;
  readonly records: RecordsPlace;
  readonly recordsBackupsFolder: string;
  /** What crossed the wire. */
  readonly flows: FlowsPlace;
  readonly addressFiles: AddressFiles;
  /** How several servers hear of each other. */
  readonly pubSub: PubSubPlace;
  readonly pubSubPasswordFile: string | null;
  readonly workspaceKey: WorkspaceKeyPlace;
  /** What drives made from now on are encrypted with. */
  readonly suite: (typeof suites)[number];
  /** `null`: what the workspace says of itself. */
  readonly signUp: SignUpPolicy | null;
  /** Where people reach the server, without a path. */
  readonly publicUrl: URL | null;
  readonly trustedProxies: { readonly includes: Networks; readonly entries: readonly string[] };
  /** Networks that are not public and that webhooks may reach all the same. */
  readonly webhookNetworks: Networks;
  /** Accounts and stores whose buckets admins may have looked at, beside those of the workspace. */
  readonly bucketPlaces: BucketPlaces;
  /** What the guard of an account hands to this workspace; `null`: none does. */
  readonly guardQueue: GuardQueue | null;
  /** `null`: plain HTTP. */
  readonly tls: CertificatePlace | null;
  /** Port in clear that sends browsers to TLS; `null`: none. */
  readonly redirectPort: number | null;
  /** Sockets that were opened for us, in place of addresses and ports; `null`: none. */
  readonly openedSockets: OpenedSockets | null;
  readonly insecureHttp: boolean;
  /** The store that may begin anew though the workspace is not new; see claimStores. */
  readonly adoptStore: (typeof storeNames)[number] | null;
  /** The line protocol of the chat; `null`: off. */
  readonly chatLine: ChatLine | null;
  /** Holds the token that metrics are told to from elsewhere; `null`: to this machine alone. */
  readonly metricsTokenFile: string | null;
  /** `null`: chosen by where the output goes. */
  readonly logLevel: LogLevel | null;
  readonly settings: AllSettings;
};

/** Throws `config_invalid`, whose `extra.mistakes` lists every mistake. */
export function readConfig(flags: ServeFlags, environment: Environment): Config {
  const mistakes: string[] = [];
  const mistake = (text: string): void => void mistakes.push(text);
  reportUnknownNames(environment, mistake);

  if (flags.data === '') mistake('--data is empty: name the folder, or leave it out for HOLDFAST_DATA or ./data');
  const dataFolder = resolve(flags.data ?? environment['HOLDFAST_DATA'] ?? 'data');
  const inData = (...parts: string[]): string => resolve(dataFolder, ...parts);
  const storePath = (name: string, kind: string, fallback: string): string =>
    environment[name] === undefined ? fallback : fileFromUrl(name, kind, environment[name], fallback, mistake);
  const objectsPlace = (name: string, what: string, fallbackFolder: string): ObjectsPlace => {
    const text = environment[name] ?? pathToFileURL(fallbackFolder).href;
    return readObjectsUrl({ name, what, text, fallbackFolder, endpoint: endpointIn(environment) }, mistake);
  };

  const tls = readCertificate(flags, environment, mistake);
  const config: Config = {
    dataFolder,
    hosts: readHosts('The host', flags.host ?? environment['HOLDFAST_HOST'], mistake),
    port: readPort(flags.port ?? environment['HOLDFAST_PORT'] ?? 8080, mistake),
    objects: objectsPlace('HOLDFAST_OBJECTS', 'objects', inData('objects')),
    backup: objectsPlace('HOLDFAST_BACKUP', 'the second copies', inData('backup')),
    records: readRecordsUrl(
      'HOLDFAST_RECORDS',
      environment['HOLDFAST_RECORDS'] ?? pathToFileURL(inData('records.sqlite')).href,
      inData('records.sqlite'),
      mistake,
    ),
    recordsBackupsFolder: storePath('HOLDFAST_RECORDS_BACKUPS', 'them in folders', inData('records-backups')),
    flows: readFlowsUrl(
      environment['HOLDFAST_FLOWS'],
      environment['HOLDFAST_FLOWS_PASSWORD_FILE'],
      inData('flows'),
      mistake,
    ),
    addressFiles: addressFilesIn(environment),
    pubSub: readPubSubUrl(environment['HOLDFAST_PUBSUB'], mistake),
    pubSubPasswordFile: readPath(environment['HOLDFAST_PUBSUB_PASSWORD_FILE']),
    workspaceKey: readWorkspaceKeyPlace(
      'HOLDFAST_WORKSPACE_KEY',
      environment['HOLDFAST_WORKSPACE_KEY'] ?? inData('secrets', 'workspace.key'),
      mistake,
    ),
    suite: readChoice(environment, 'HOLDFAST_SUITE', suites, mistake) ?? 'pq',
    signUp: readChoice(environment, 'HOLDFAST_SIGN_UP', signUpPolicies, mistake),
    publicUrl: readPublicUrl(environment['HOLDFAST_PUBLIC_URL'], mistake),
    trustedProxies: readNetworks(environment, 'HOLDFAST_TRUSTED_PROXIES', mistake),
    webhookNetworks: readNetworks(environment, 'HOLDFAST_WEBHOOK_NETWORKS', mistake).includes,
    bucketPlaces: readBucketPlaces(environment, mistake),
    guardQueue: readGuardQueue(environment, mistake),
    tls,
    redirectPort: readRedirectPort(environment, tls !== null, mistake),
    openedSockets: readOpenedSockets(environment, mistake),
    insecureHttp: flags.insecureHttp ?? readFlag(environment, 'HOLDFAST_INSECURE_HTTP', mistake),
    adoptStore: readChoice(
      withFlag(environment, 'HOLDFAST_ADOPT_STORE', flags.adoptStore),
      'HOLDFAST_ADOPT_STORE',
      storeNames,
      mistake,
    ),
    chatLine: readChatLine(environment, tls !== null, mistake),
    metricsTokenFile: readPath(environment['HOLDFAST_METRICS_TOKEN_FILE']),
    logLevel: readChoice(environment, 'HOLDFAST_LOG_LEVEL', logLevels, mistake),
    settings: readSettings(environment, mistake),
  };
  mistakes.push(...placeMistakes(config));
  checkExposure(config, mistake);
  if (mistakes.length > 0) {
    // Whoever shows a problem ends the sentence.
    const detail = mistakes.join(' ').replace(/\.$/, '');
    throw configErrors('config_invalid', {
      attempted: 'Read the settings',
      detail,
      extra: { mistakes },
    });
  }
  return config;
}

/** The place of objects that a URL names, read as the one in HOLDFAST_OBJECTS. `name` is what mistakes call it. */
export function readObjectsPlace(name: string, text: string, environment: Environment, mistake: Mistake): ObjectsPlace {
  const endpoint = endpointIn(environment);
  return readObjectsUrl({ name, what: 'objects', text, fallbackFolder: sep, endpoint }, mistake);
}

function endpointIn(environment: Environment): string | null {
  return endpointEnvironment.map((name) => environment[name]).find((text) => text !== undefined) ?? null;
}

/** A setting that is misspelt would otherwise silently not count. */
function reportUnknownNames(environment: Environment, mistake: Mistake): void {
  const known = new Set<string>([
    ...serverEnvironment,
    ...endpointEnvironment,
    ...socketEnvironment,
    ...cliEnvironmentNames,
    ...settingNames().keys(),
  ]);
  for (const name of Object.keys(environment)) {
    if (known.has(name)) continue;
    const guess = nearest(name, known);
    mistake(`${name} is not a setting${guess ? `; did you mean ${guess}?` : '.'}`);
  }
}

function readPath(text: string | undefined): string | null {
  return text === undefined ? null : resolve(text);
}

function readPort(value: number | string, mistake: Mistake): number {
  const port = Number(value);
  if (/^[0-9]{1,5}$/.test(String(value)) && port <= 65_535) return port;
  mistake(`The port “${value}” is not a number from 0 to 65535 (0: any free port).`);
  return 0;
}

function readPublicUrl(text: string | undefined, mistake: Mistake): URL | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url;
  mistake(
    'HOLDFAST_PUBLIC_URL: an http or https URL without path, query and user is wanted: https://files.example.org',
  );
  return null;
}

function readNetworks(
  environment: Environment,
  name: 'HOLDFAST_TRUSTED_PROXIES' | 'HOLDFAST_WEBHOOK_NETWORKS',
  mistake: Mistake,
): Config['trustedProxies'] {
  const entries = (environment[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const { includes, wrong } = parseNetworks(entries);
  for (const entry of wrong) {
    mistake(`${name}: “${entry}” is neither an IP address nor a range such as 10.0.0.0/8.`);
  }
  return { includes, entries };
}

function readFlag(environment: Environment, name: string, mistake: Mistake): boolean {
  const text = environment[name];
  if (text === undefined || text === '0' || text === 'false') return false;
  if (text !== '1' && text !== 'true') mistake(`${name} is “${text}”: 1 or 0 is wanted.`);
  return true;
}

function withFlag(environment: Environment, name: string, flag: string | undefined): Environment {
  return flag === undefined ? environment : { ...environment, [name]: flag };
}

function readChoice<Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly Choice[],
  mistake: Mistake,
): Choice | null {
  const text = environment[name];
  if (text === undefined) return null;
  const choice = choices.find((known) => known === text);
  if (!choice) mistake(`${name} is “${text}”: one of ${choices.join(', ')} is wanted.`);
  return choice ?? null;
}

/** What is wrong with where things lie, one sentence each: none of the places may hold another one. */
export function placeMistakes(
  config: Pick<Config, 'objects' | 'backup' | 'records' | 'recordsBackupsFolder' | 'dataFolder'>,
): string[] {
  const mistakes: string[] = [];
  const mistake = (text: string): void => void mistakes.push(text);
  const { objects, backup, records, recordsBackupsFolder, dataFolder } = config;
  if (objects.kind === 'folder' && backup.kind === 'folder') {
    const [one, other] = [objects.folder, backup.folder];
    if (inside(one, other) || inside(other, one)) {
      mistake(`Objects and second copies need folders of their own: ${one} and ${other} overlap.`);
    }
  }
  if (objects.kind === 's3' && backup.kind === 's3' && overlap(objects, backup)) {
    mistake(
      `Objects and second copies need buckets of their own, or prefixes that hold nothing of each other: ${objects.bucket}/${objects.prefix} and ${backup.bucket}/${backup.prefix} overlap.`,
    );
  }
  for (const [what, place] of [
    ['objects', objects],
    ['second copies', backup],
  ] as const) {
    if (place.kind !== 'folder') continue;
    const { folder } = place;
    if (inside(dataFolder, folder) || (records.kind === 'sqlite' && inside(records.file, folder))) {
      mistake(`The folder of the ${what}, ${folder}, must not hold the data folder or the records.`);
    }
    if (inside(recordsBackupsFolder, folder)) {
      mistake(`The backups of the records need a folder of their own, outside of the ${what} in ${folder}.`);
    }
  }
  return mistakes;
}

function checkExposure(config: Config, mistake: Mistake): void {
  const exposed = (config.hosts ?? []).filter((host) => !isLoopback(host));
  if (exposed.length > 0 && !config.tls && config.trustedProxies.entries.length === 0 && !config.insecureHttp) {
    mistake(
      `Listening on ${exposed.join(', ')} without TLS would send passwords and files in clear. Give --tls-cert and ` +
        '--tls-key, or set HOLDFAST_TRUSTED_PROXIES to the proxy in front of it; in a lab, say --insecure-http.',
    );
  }
}

function overlap(one: S3Place, other: S3Place): boolean {
  if (one.bucket !== other.bucket || one.endpoint !== other.endpoint) return false;
  return one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
}

function inside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
