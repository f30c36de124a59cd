/** The two servers that are measured, behind one face: requests in the words of each. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../test/support/servers/process.ts';
import type { WorkspaceByCommand } from '../../test/support/servers/workspace-by-command.ts';
import type { Target } from './lean-client.ts';

export interface Side {
  readonly target: Target;
  readonly method: 'PUT' | 'POST';
  /** A folder that nothing lies in yet. */
  freshFolder(name: string): Promise<string>;
  upload(folder: string, name: string): { readonly path: string; readonly headers: readonly string[] };
  /** Where a file is read, from the answer to its upload. */
  download(folder: string, name: string, answer: string): string;
}

export interface Project extends Side {
  /** Copies that are not made and verified yet. */
  waitingCopies(): Promise<number>;
}

/** The workspace's HTTP interface, asked with the token of the person that `signup` logged in. */
export async function projectSide(workspace: WorkspaceByCommand, folder: string): Promise<Project> {
  const { servers } = JSON.parse(readFileSync(join(folder, 'config/holdfast/session.json'), 'utf8')) as {
    servers: Record<string, { token: string }>;
  };
  const authorization = `Bearer ${servers[workspace.url]?.token ?? ''}`;
  const ask = async <Answer>(method: string, path: string, json?: object): Promise<Answer> => {
    const answer = await fetch(`${workspace.url}/api/v1${path}`, {
      method,
      headers: { authorization, ...(json ? { 'content-type': 'application/json' } : {}) },
      ...(json ? { body: JSON.stringify(json) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  const { drives } = await ask<{ drives: { id: string }[] }>('GET', '/drives');
  const drive = `/drives/${drives[0]?.id ?? ''}`;
  return {
    target: { port: Number(new URL(workspace.url).port), headers: [`Authorization: ${authorization}`] },
    method: 'POST',
    async freshFolder(name) {
      return (await ask<{ id: string }>('POST', `${drive}/folders/root/folders`, { name })).id;
    },
    upload: (folderId, name) => ({
      path: `/api/v1${drive}/folders/${folderId}/files`,
      headers: ['Content-Type: application/octet-stream', `Content-Disposition: attachment; filename="${name}"`],
    }),
    download(_folderId, _name, answer) {
      const { entry } = JSON.parse(answer) as { entry: { id: string } };
      return `/api/v1${drive}/files/${entry.id}/content`;
    },
    async waitingCopies() {
      return (await ask<{ waiting: number }>('GET', '/backup/status')).waiting;
    },
  };
}

const RCLONE = '/usr/bin/rclone';

/** What it is, for the page; throws with what to do when it is missing. */
export function rcloneVersion(): string {
  try {
    return execFileSync(RCLONE, ['version'], { encoding: 'utf8' }).split('\n')[0] ?? 'rclone';
  } catch (cause) {
    throw new Error('rclone is missing: npm run services:install -- rclone', { cause });
  }
}

/** `rclone serve webdav` over a `crypt` remote in `folder`, on this machine's loopback and without a password. */
export async function rcloneSide(folder: string): Promise<Side & AsyncDisposable> {
  const stored = join(folder, 'stored');
  mkdirSync(stored, { recursive: true });
  const port = await freePort();
  const obscured = execFileSync(RCLONE, ['obscure', 'seven quiet herons at dusk'], { encoding: 'utf8' }).trim();
  const child = spawn(RCLONE, ['serve', 'webdav', 'sealed:', '--addr', `127.0.0.1:${port}`], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      RCLONE_CONFIG: join(folder, 'rclone.conf'),
      RCLONE_CONFIG_SEALED_TYPE: 'crypt',
      RCLONE_CONFIG_SEALED_REMOTE: stored,
      RCLONE_CONFIG_SEALED_PASSWORD: obscured,
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  for (let answered = false; !answered;) {
    if (child.exitCode !== null) throw new Error(`rclone ended with ${child.exitCode} before it answered`);
    answered = await fetch(origin, { method: 'OPTIONS' }).then(
      () => true,
      () => false,
    );
    if (!answered) await pause(20);
  }
  return {
    target: { port, headers: [] },
    method: 'PUT',
    async freshFolder(name) {
      const made = await fetch(`${origin}/${name}/`, { method: 'MKCOL' });
      if (made.status !== 201) throw new Error(`MKCOL answered ${made.status}`);
      return name;
    },
    upload: (name, file) => ({ path: `/${name}/${file}`, headers: [] }),
    download: (name, file) => `/${name}/${file}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
