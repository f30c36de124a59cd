/**
 * The only place that reads `process.env`, and only names that start with HOLDFAST_. What they mean is decided in
 * ./config.ts. Paths of secrets stand here, never secrets.
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
  'HOLDFAST_WORKSPACE_KEY',
  'HOLDFAST_SUITE',
  'HOLDFAST_SIGN_UP',
  'HOLDFAST_PUBLIC_URL',
  'HOLDFAST_TRUSTED_PROXIES',
  'HOLDFAST_TLS_CERT',
  'HOLDFAST_TLS_KEY',
  'HOLDFAST_INSECURE_HTTP',
  'HOLDFAST_ADOPT_STORE',
  'HOLDFAST_LOG_LEVEL',
] as const;

export type Environment = Readonly<Record<string, string>>;

/** Every HOLDFAST_* variable that is set and not empty. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (name.startsWith('HOLDFAST_') && value !== undefined && value !== '') found[name] = value;
  }
  return found;
}
