/**
 * The only place that reads `process.env`: names that start with HOLDFAST_, and where an S3 store lies for every AWS
 * tool. What they mean is decided in ./config.ts. Paths of secrets stand here, never secrets.
 */

/** Names of the server, beside one name per numeric setting (see docs/settings.md). */
export const serverEnvironment = [
  'HOLDFAST_DATA',
  'HOLDFAST_HOST',
  'HOLDFAST_PORT',
  'HOLDFAST_OBJECTS',
  'HOLDFAST_BACKUP',
  'HOLDFAST_RECORDS',
  'HOLDFAST_RECORDS_BACKUPS',
  'HOLDFAST_FLOWS',
  'HOLDFAST_FLOWS_PASSWORD_FILE',
  'HOLDFAST_PUBSUB',
  'HOLDFAST_PUBSUB_PASSWORD_FILE',
  'HOLDFAST_WORKSPACE_KEY',
  'HOLDFAST_SUITE',
  'HOLDFAST_SIGN_UP',
  'HOLDFAST_PUBLIC_URL',
  'HOLDFAST_TRUSTED_PROXIES',
  'HOLDFAST_WEBHOOK_NETWORKS',
  'HOLDFAST_BUCKETS',
  'HOLDFAST_GUARD_QUEUE',
  'HOLDFAST_TLS',
  'HOLDFAST_ACME_NAMES',
  'HOLDFAST_ACME_EMAIL',
  'HOLDFAST_ACME_CHALLENGE',
  'HOLDFAST_ACME_DIRECTORY',
  'HOLDFAST_ACME_CA',
  'HOLDFAST_ACME_EAB_KEY_ID',
  'HOLDFAST_ACME_EAB_KEY_FILE',
  'HOLDFAST_TLS_CERT',
  'HOLDFAST_TLS_KEY',
  'HOLDFAST_REDIRECT_PORT',
  'HOLDFAST_INSECURE_HTTP',
  'HOLDFAST_ADOPT_STORE',
  'HOLDFAST_CHAT_LINE_PORT',
  'HOLDFAST_CHAT_LINE_HOST',
  'HOLDFAST_CHAT_LINE_VISITORS',
  'HOLDFAST_CHAT_LINE_ROOM',
  'HOLDFAST_NETWORK_BLOCKLISTS',
  'HOLDFAST_NETWORK_GEOIP',
  'HOLDFAST_NETWORK_NEVER_BLOCK',
  'HOLDFAST_METRICS_TOKEN_FILE',
  'HOLDFAST_LOG_LEVEL',
] as const;

/** AWS's own names, the more special one first. Everything else of AWS its SDK reads for itself. */
export const endpointEnvironment = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'] as const;

/** systemd's own names for sockets that it opened; they count for the process that LISTEN_PID names. */
export const socketEnvironment = ['LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

export type Environment = Readonly<Record<string, string>>;

/** Every variable of ours that is set and not empty, the endpoints, and what systemd says of sockets for this very process. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    const ours =
      name.startsWith('HOLDFAST_') ||
      endpointEnvironment.some((known) => known === name) ||
      (source['LISTEN_PID'] === String(process.pid) && socketEnvironment.some((known) => known === name));
    if (ours && value !== undefined && value !== '') found[name] = value;
  }
  return found;
}
