import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commandErrors } from '../../base/commands/errors.ts';
import type { SavedSession, SavedSessions } from '../../base/commands/command.ts';
import { newId } from '../../base/ids.ts';

interface Content {
  readonly version: 1;
  readonly current: string | null;
  readonly servers: Readonly<Record<string, { readonly token: string; readonly email: string }>>;
  /** By server; they outlive sessions, and open nothing. */
  readonly devices?: Readonly<Record<string, string>>;
}

const EMPTY: Content = { version: 1, current: null, servers: {} };

/** `session.json` in `folder` (0700), 0600, always replaced whole. A session is as good as a password. */
export function openSessionFile(folder: string): SavedSessions {
  const file = join(folder, 'session.json');
  const attempted = `Use the session file ${file}`;

  const load = async (): Promise<Content> => {
    let text: string;
    try {
      const { mode } = await stat(file);
      // Others may have read it; POSIX modes say nothing on Windows, where the profile folder is private.
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(file, 0o600);
      text = await readFile(file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
      throw commandErrors('session_file_invalid', { attempted, cause });
    }
    const content = parse(text);
    if (!content)
      throw commandErrors('session_file_invalid', { attempted, detail: 'its content is not a session file' });
    return content;
  };

  const store = async (content: Content): Promise<void> => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(file, `${JSON.stringify(content, null, 2)}\n`);
    } catch (cause) {
      throw commandErrors('session_file_invalid', { attempted, cause });
    }
  };

  const find = async (url: string | null): Promise<SavedSession | undefined> => {
    const { servers } = await load();
    const found = url === null ? undefined : servers[url];
    return found && url !== null ? { url, ...found } : undefined;
  };

  return {
    async current() {
      return await find((await load()).current);
    },
    find,
    async save({ url, token, email, deviceToken }) {
      const { servers, devices } = await load();
      await store({
        version: 1,
        current: url,
        servers: { ...servers, [url]: { token, email } },
        devices: { ...devices, ...(deviceToken !== undefined && { [url]: deviceToken }) },
      });
    },
    async deviceToken(url) {
      return (await load()).devices?.[url];
    },
    async remove(url) {
      const content = await load();
      if (!(url in content.servers)) return;
      const servers = Object.fromEntries(Object.entries(content.servers).filter(([each]) => each !== url));
      const current = content.current === url ? (Object.keys(servers).at(-1) ?? null) : content.current;
      await store({ version: 1, current, servers, devices: content.devices ?? {} });
    },
  };
}

async function writeWhole(file: string, text: string): Promise<void> {
  const partial = join(dirname(file), `.session-${newId()}.partial`);
  try {
    await using handle = await open(partial, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await rename(partial, file);
}

function parse(text: string): Content | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const content = value as Partial<Content> | null;
  if (typeof content !== 'object' || content?.version !== 1) return undefined;
  if (typeof content.servers !== 'object' || content.servers === null) return undefined;
  const whole = Object.values(content.servers).every(
    (each: unknown) =>
      typeof (each as SavedSession | null)?.token === 'string' && typeof (each as SavedSession).email === 'string',
  );
  const current = content.current ?? null;
  if (!whole || (current !== null && typeof current !== 'string')) return undefined;
  return { version: 1, current, servers: content.servers, devices: devicesOf(content.devices) };
}

/** Losing one costs nothing but an advantage: what is no token is left out. */
function devicesOf(devices: unknown): Record<string, string> {
  if (typeof devices !== 'object' || devices === null) return {};
  return Object.fromEntries(
    Object.entries(devices).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
