/**
 * Loaded into a server before its own code (`--import`): takes one kind of bringing to the disk out of it, from outside.
 * `WITHOUT_SYNC` says which: `files`, `folders`, or `records`. Reads its environment itself, since it is no part of the
 * server.
 */
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

const without = process.env['WITHOUT_SYNC'];

if (without === 'records') {
  const exec: (this: DatabaseSync, sql: string) => void = Reflect.get(DatabaseSync.prototype, 'exec');
  DatabaseSync.prototype.exec = function (sql) {
    exec.call(this, sql.replace(/synchronous\s*=\s*\w+/i, 'synchronous = OFF'));
  };
} else if (without === 'files' || without === 'folders') {
  const isLeftOut = (descriptor: number): boolean => fs.fstatSync(descriptor).isDirectory() === (without === 'folders');
  const { fsync, fsyncSync, fdatasync, fdatasyncSync } = fs;
  type Called = (descriptor: number, done: fs.NoParamCallback) => void;
  const called =
    (real: Called): Called =>
    (descriptor, done) => {
      if (isLeftOut(descriptor)) setImmediate(done, null);
      else real(descriptor, done);
    };
  const calledSync =
    (real: (descriptor: number) => void) =>
    (descriptor: number): void => {
      if (!isLeftOut(descriptor)) real(descriptor);
    };
  Object.assign(fs, {
    fsync: called(fsync),
    fdatasync: called(fdatasync),
    fsyncSync: calledSync(fsyncSync),
    fdatasyncSync: calledSync(fdatasyncSync),
  });
  syncBuiltinESMExports();

  // The class of file handles has no name to import it by.
  const handle = await open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  for (const name of ['sync', 'datasync'] as const) {
    const real = prototype[name];
    prototype[name] = async function () {
      if (!isLeftOut(this.fd)) await real.call(this);
    };
  }
} else if (without !== undefined) {
  throw new Error(`WITHOUT_SYNC takes files, folders or records, not "${without}"`);
}
