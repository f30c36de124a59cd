/** What the workspace of the demo has in it, each by the way it comes there in earnest: over HTTP, or by a verb. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillWorkspace } from '../../test/support/believable/workspace.ts';
import { signUpOverHttp, type PersonOverHttp } from '../../test/support/clients/person-over-http.ts';
import type { WorkspaceByCommand } from '../../test/support/servers/workspace-by-command.ts';
import { CHECKS, scanPlantedHost } from './planted-host.ts';
import { CAPTURE, recentCapture } from './recent-capture.ts';

export interface Filling {
  /** For what has to lie somewhere; it is there, and empty. */
  readonly folder: string;
  readonly password: string;
  readonly say: (line: string) => void;
}

/** Resolves to the admin, as whom the command line is logged in then. */
export async function fillDemo(
  workspace: WorkspaceByCommand,
  { folder, password, say }: Filling,
): Promise<PersonOverHttp> {
  const { url, dataFolder } = workspace;
  const verb = async (...words: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await workspace.run(...words);
    if (exitCode !== 0) throw new Error(`holdfast ${words.join(' ')}: exit code ${exitCode}\n${stderr}`);
    return stdout;
  };
  say('People, files and rooms …');
  const setupCode = (await readFile(join(dataFolder, 'setup-code'), 'utf8')).trim();
  let isFirst = true;
  const { admin } = await fillWorkspace(url, async (person) => {
    const admitted = isFirst ? { setupCode } : {};
    isFirst = false;
    return await signUpOverHttp(url, { password, ...admitted, ...person });
  });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await verb('login', url, '--email', admin.email, '--password-file', passwordFile);

  say('A host where somebody was is scanned …');
  const hostFolder = join(folder, 'host');
  await mkdir(hostFolder, { mode: 0o700 });
  const archive = join(hostFolder, 'scan.tar.gz');
  await verb('host', 'scan', '--bundle', archive, ...CHECKS.flatMap((pattern) => ['--check', pattern]));
  const result = await scanPlantedHost(hostFolder, archive);
  await verb('host', 'report', '--import', result, '--format', 'jsonl');

  say('An account of AWS, replayed, is audited …');
  await verb('buckets', 'audit', '--fail-on', 'none');

  say('A capture is read …');
  const name = 'monday.pcap';
  const reply = await fetch(`${url}/api/v1/network/captures?name=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/octet-stream' },
    body: await recentCapture(Date.now()),
  });
  if (!reply.ok) throw new Error(`Hand ${name} to the server: ${reply.status} ${await reply.text()}`);
  say(await verb('network', 'read', '-r', CAPTURE));
  return admin;
}
