/** Accounts and settings of a MySQL or MariaDB server on this machine, changed by the same way in as the check found them by. */
import { hostErrors } from '../../errors.ts';
import { command } from '../place.ts';
import type { SqlServer, SqlStep } from '../step.ts';
import type { Found } from './files.ts';

/** `words` are those of `run_sql`. Throws `host_fix_impossible`. */
export async function planSql([client, socket, as, ...rest]: readonly string[]): Promise<SqlStep> {
  const [statement, undo, look] = rest;
  const attempted = 'Plan a change of the database';
  if (!client || !socket || !as || !statement || !undo || !look) {
    throw hostErrors('host_fix_impossible', {
      attempted,
      detail: 'the check does not say how to look at what it changes',
    });
  }
  const server: SqlServer = { client, socket, as };
  const { ok, stdout, why } = await ask(server, look);
  if (!ok) throw hostErrors('host_fix_impossible', { attempted, detail: why });
  return { kind: 'sql', server, statement, undo, look, before: stdout, after: null };
}

/** Resolves to the step as it has to be kept. Throws `host_fix_failed`. */
export async function makeSql(step: SqlStep): Promise<SqlStep> {
  await run(step.server, step.statement);
  const { ok, stdout } = await ask(step.server, step.look);
  return ok ? { ...step, after: stdout } : step;
}

/** Throws `host_fix_failed`. */
export async function takeBackSql({ server, undo }: SqlStep): Promise<void> {
  await run(server, undo);
}

export async function foundSql({ server, look, before, after }: SqlStep): Promise<Found> {
  const { ok, stdout: now } = await ask(server, look);
  // What cannot be seen is not known to be as it was.
  if (!ok) return 'changed';
  if (now === before) return 'before';
  // Changed, and not looked at again before all ended.
  return now === after || after === null ? 'made' : 'changed';
}

async function run(server: SqlServer, statement: string): Promise<void> {
  const { ok, why } = await ask(server, statement);
  if (!ok) throw hostErrors('host_fix_failed', { attempted: 'Change the database', detail: why });
}

/** As native/mysql.sh asks. A server that is not what it seems could ask the client for files of root. */
function ask({ client, socket, as }: SqlServer, statement: string): ReturnType<typeof command> {
  const who = as === '--no-defaults' ? [as, '--user=root'] : [`--defaults-file=${as}`];
  const words = [client, ...who, '--local-infile=0', `--socket=${socket}`, '--batch', '--skip-column-names'];
  return command([...words, '--connect-timeout=3'], `${statement}\n`);
}
