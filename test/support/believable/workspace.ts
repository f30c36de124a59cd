/**
 * A workspace as a team of five has it after some months, made over HTTP: for pictures of the pages, and for looking at
 * every page with something on it.
 */
import { createHash } from 'node:crypto';
import { type BelievableChat, fillChat } from './chat.ts';
import { fillFindings } from './findings.ts';
import { fillHosts } from './hosts.ts';
import { type BelievableNetwork, fillNetwork } from './network.ts';
import { httpCall, type NewPerson, type PersonOverHttp } from '../clients/person-over-http.ts';

export interface BelievableWorkspace {
  readonly admin: PersonOverHttp;
  readonly member: PersonOverHttp;
  /** Of the admin's drive: a folder with something in it, and a file with several versions. */
  readonly folderId: string;
  readonly fileId: string;
  readonly driveId: string;
  /** Of the worst finding. */
  readonly findingId: string;
  /** A host that got worse. */
  readonly hostId: string;
  readonly network: BelievableNetwork;
  readonly chat: BelievableChat;
}

interface Made {
  readonly folder: string;
  readonly name: string;
  /** One for each version. */
  readonly sizes: readonly number[];
}

const FOLDERS = ['Board meetings', 'Contracts', 'Grant 2026', 'Photos of the retreat'];
const FILES: readonly Made[] = [
  { folder: '', name: 'Budget 2026.xlsx', sizes: [48_211, 51_877, 52_090, 61_442] },
  { folder: '', name: 'Welcome.md', sizes: [2_391] },
  { folder: '', name: 'Team photo.jpg', sizes: [412_840] },
  { folder: '', name: 'Floor plan.svg', sizes: [18_204] },
  { folder: '', name: 'التقرير السنوي ٢٠٢٦.pdf', sizes: [208_911] },
  { folder: '', name: 'Πρακτικά Απριλίου.md', sizes: [6_120, 6_744] },
  { folder: 'Contracts', name: 'Lease, signed.pdf', sizes: [322_190] },
  { folder: 'Contracts', name: 'Offer Müller & Söhne.pdf', sizes: [91_404, 91_920] },
  { folder: 'Contracts', name: 'Data processing agreement.pdf', sizes: [77_310] },
  { folder: 'Grant 2026', name: 'Application, final.docx', sizes: [88_010, 90_300, 94_120] },
  { folder: 'Grant 2026', name: 'Letter of support.pdf', sizes: [51_200] },
  { folder: 'Board meetings', name: 'Minutes 2026-03.md', sizes: [8_803] },
  { folder: 'Board meetings', name: 'Minutes 2026-04.md', sizes: [9_114] },
];
const TRASHED: readonly Made[] = [
  { folder: '', name: 'Budget 2025, old.xlsx', sizes: [40_116] },
  { folder: '', name: 'scan0001.pdf', sizes: [120_044] },
];

export async function fillWorkspace(
  origin: string,
  signUp: (person: NewPerson) => Promise<PersonOverHttp>,
): Promise<BelievableWorkspace> {
  const admin = await signUp({ name: 'Ada Lovelace', device: 'Edge on Windows' });
  const member = await signUp({ name: 'Grace Hopper' });
  for (const name of ['Katherine Johnson', 'Radia Perlman']) await signUp({ name });
  const jean = await signUp({ name: 'Jean Bartik' });
  await admin.ask('POST', '/account/kit/confirm');
  await admin.ask('POST', `/people/${jean.accountId}/disable`);
  await admin.ask('POST', `/people/${member.accountId}/role`, { role: 'admin', password: admin.password });
  await admin.ask('POST', `/people/${admin.accountId}/quota`, { quotaBytes: 2_500_000 });

  const drive = await admin.drive();
  const folders = new Map([['', 'root']]);
  for (const name of FOLDERS) folders.set(name, await drive.makeFolder('root', name));
  let fileId = '';
  for (const { folder, name, sizes } of [...FILES, ...TRASHED]) {
    let id = '';
    for (const size of sizes) id = (await drive.put(folders.get(folder) ?? '', name, noise(name, size))).id;
    if (name === 'Budget 2026.xlsx') fileId = id;
    if (TRASHED.some((each) => each.name === name))
      await admin.ask('POST', `/drives/${drive.driveId}/entries/${id}/trash`);
  }
  const memberDrive = await member.drive();
  await memberDrive.put('root', 'Compiler notes.md', noise('notes', 700_000));

  const { email, password } = admin;
  const call = httpCall(origin);
  for (const device of ['Firefox on the laptop', 'Pixel 9']) {
    await call('POST', '/api/v1/sessions', { json: { email, password, device } });
  }
  await call('POST', '/api/v1/sessions', { json: { email, password: 'a guess of somebody' } });
  for (const label of ['rclone on the NAS', 'Phone camera upload']) {
    await admin.ask('POST', '/account/app-passwords', { label, scope: 'files', password });
  }
  await admin.ask('POST', '/invites', { email: 'dorothy@example.org', role: 'member' });
  await admin.ask('POST', '/invites', { role: 'guest' });
  await addChannels(admin);
  const { findingId } = await fillFindings(admin);
  const { hostId } = await fillHosts(origin, admin);
  const network = await fillNetwork(origin, admin);
  const chat = await fillChat(admin, member);
  const folderId = folders.get('Contracts') ?? '';
  return { admin, member, driveId: drive.driveId, folderId, fileId, findingId, hostId, network, chat };
}

/** Files that take letters: nothing else is there on every machine. */
async function addChannels(admin: PersonOverHttp): Promise<void> {
  const logins = { name: 'Logins for the auditors', config: { file: 'logins.jsonl' }, kinds: ['login_new'] };
  await admin.ask('POST', '/admin/channels/jsonl', logins);
  const siem = { name: 'SIEM', config: { file: 'siem.jsonl' } };
  const { channelId } = await admin.ask<{ channelId: string }>('POST', '/admin/channels/jsonl', siem);
  await admin.ask('POST', `/admin/channels/${channelId}/test`);
}

/** The same bytes for the same name, so that a run repeats the one before. */
function noise(name: string, size: number): Buffer {
  const block = createHash('sha512').update(name).digest();
  return Buffer.alloc(size, block);
}
