import { resolve } from 'node:path';
import { type CommandInput, type CommandOption, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

/** Of verbs that join what the log of a database says with its flows. */
export const mysqlLogOptions: readonly CommandOption[] = [
  {
    name: 'mysql-log',
    value: 'FILE',
    about: 'The log of MariaDB or MySQL, where it is not that of a server on this computer',
  },
  { name: 'mysql-port', value: 'N', about: 'Where that server listens; default what it says itself, or 3306' },
];

/** What a server listens on that says nothing else. */
export const MYSQL_PORT = 3306;

export interface MysqlLogChoice {
  /** Absolute; `null`: it is looked for on this computer. */
  readonly path: string | null;
  /** `null`: what the server itself says. */
  readonly port: number | null;
}

/** Throws `usage_invalid`. */
export function mysqlLogFrom(input: CommandInput, workingFolder: string): MysqlLogChoice {
  const [path, port] = [input.text('mysql-log'), input.text('mysql-port')];
  return {
    path: path === undefined ? null : resolve(workingFolder, path),
    port: port === undefined ? null : wholeNumber(port, { option: 'mysql-port', min: 1, max: 65_535 }),
  };
}

/** The same of a verb that joins them with `--keep` alone. Throws `usage_invalid`. */
export function mysqlLogOfKept(input: CommandInput, workingFolder: string): MysqlLogChoice {
  const choice = mysqlLogFrom(input, workingFolder);
  if (!input.flag('keep') && (choice.path !== null || choice.port !== null)) {
    throw commandErrors('usage_invalid', { detail: '--mysql-log and --mysql-port are for --keep' });
  }
  return choice;
}
