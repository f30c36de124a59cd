import type { Command } from '../base/commands/command.ts';
import { backupStatus } from './commands/backup-status.ts';
import { cat } from './commands/cat.ts';
import { cp } from './commands/cp.ts';
import { favouriteCommands } from './commands/favourites.ts';
import { find } from './commands/find.ts';
import { get } from './commands/get.ts';
import { keysExport } from './commands/keys-export.ts';
import { log } from './commands/log.ts';
import { ls } from './commands/ls.ts';
import { mkdir } from './commands/mkdir.ts';
import { mv } from './commands/mv.ts';
import { put } from './commands/put.ts';
import { rm } from './commands/rm.ts';
import { trashEmpty, trashListVerb, trashRestore } from './commands/trash.ts';
import { restore, versions } from './commands/versions.ts';

/** The verbs of files/. They talk to a server over its API; nothing of the server itself is loaded. */
export const fileCommands: readonly Command[] = [
  ls,
  find,
  put,
  get,
  cat,
  mkdir,
  cp,
  mv,
  rm,
  trashListVerb,
  trashRestore,
  trashEmpty,
  versions,
  restore,
  log,
  ...favouriteCommands,
  keysExport,
  backupStatus,
];

export { completePaths } from './commands/remote/complete-paths.ts';
export { quotaCommands } from './commands/quotas.ts';
// For verbs of others that carry files.
export { downloadFile } from './commands/transfer/download.ts';
export { assertLocalName } from './commands/local/local-names.ts';
export { statNamed } from './commands/local/local-tree.ts';
export { uploadTo } from './commands/transfer/upload.ts';
