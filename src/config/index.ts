/**
 * Configuration of a server: environment (env.ts) and flags -> typed and cross-checked (config.ts) -> key files
 * (secrets.ts). Features take plain values from it and never read it themselves.
 */
export { endpointEnvironment, readEnvironment, type Environment } from './env.ts';
export { readConfig, readObjectsPlace, placeMistakes, type Config, type LogLevel, type ServeFlags } from './config.ts';
export type { ObjectsPlace } from './objects-url.ts';
export { readRecordsUrl, type RecordsPlace } from './records-url.ts';
export { settingCatalogues, settingsIn, type AllSettings } from './all-settings.ts';
export { readWorkspaceKeyPlace, type WorkspaceKeyPlace } from './workspace-key-place.ts';
export { readPassword } from './secrets.ts';
export { configErrors } from './errors.ts';
export { readGuardEnvironment, type GuardEnvironment } from './guard-env.ts';
export { readNoticesEnvironment, type NoticesEnvironment } from './notices-env.ts';
export { readFlowsUrl } from './flows-url.ts';
export { addressFilesIn, partsOf, type AddressFiles } from './address-files.ts';
