/** What a host without Node needs to be looked at: the checks as they are, what they are written with, and what runs them all. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { zlibOnUse } from '../../base/node-on-use.ts';
import type { CheckHeader } from '../checks/header.ts';
import { hostErrors } from '../errors.ts';
import type { Script } from '../running/run-check.ts';
import { needsOf } from '../scanning/verdicts.ts';
import { scripts } from '../scripts.ts';
import type { HostSettings } from '../settings.ts';
import type { HostPlatform } from '../system/platform.ts';
import { tarOf, type ArchivedFile } from '../../base/formats/tar.ts';
import { zipOf } from './zip.ts';

/** The one folder that it unpacks into. */
const FOLDER = 'holdfast-scan';
/** Of data beside one's own checks, which is read whole. */
const MOST_OF_A_FILE = 4 * 2 ** 20;

export interface ArchiveOptions {
  readonly version: string;
  readonly settings: Pick<HostSettings, 'hostChecksAtOnce' | 'hostWalkTimeoutMs'>;
}

/** A .tar.gz for Linux and a .zip for Windows, the same bytes for the same checks. Throws `host_bundle_impossible`. */
export function bundleArchive(
  checks: readonly Script[],
  platform: HostPlatform,
  { version, settings }: ArchiveOptions,
): Buffer {
  const { native, isNative, probes, runner } = PARTS[platform];
  const placed = placesOf(checks, platform);
  const lists = [
    textFile('checks.tsv', placed.map(({ script, path, sha256 }) => checkLine(script.header, path, sha256)).join('')),
    textFile(
      'settings.tsv',
      [
        ['madeWith', version],
        ['atOnce', settings.hostChecksAtOnce],
        // bash reckons with whole numbers.
        ['walkTimeoutS', Math.ceil(settings.hostWalkTimeoutMs / 1000)],
      ]
        .map((row) => `${row.join('\t')}\n`)
        .join(''),
    ),
  ];
  const files = [
    ...lists,
    fileAt(scripts.bundle, runner, ''),
    ...folderFiles(native, 'native').filter(({ path }) => isNative.test(path)),
    ...folderFiles(probes, `probes/${platform}`),
    ...[...new Map(placed.map(({ from, to }) => [from, to]))].flatMap(([from, to]) =>
      folderFiles(from, to).filter(({ path }) => !/\.(?:sh|ps1)$/.test(path)),
    ),
    ...placed.map(({ path, bytes }) => ({ path, bytes })),
  ].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const sums = textFile('SHA256SUMS', files.map(({ path, bytes }) => `${sha256Of(bytes)}  ${path}\n`).join(''));
  if (platform === 'windows') return zipOf(FOLDER, [...files, sums]);
  const packed = zlibOnUse().gzipSync(tarOf(FOLDER, [...files, sums]), { level: 9 });
  // Which system packed it makes no other archive (RFC 1952, 2.3.1: unknown).
  packed[9] = 255;
  return packed;
}

/** What an archive has beside its checks. */
const PARTS = {
  linux: {
    native: scripts.native,
    // What brings rules of a firewall back is no part of looking.
    isNative: /(?<!restore-rules)\.(?:sh|awk)$/,
    probes: scripts.probes,
    runner: 'holdfast-scan.sh',
  },
  windows: {
    native: scripts.native,
    isNative: /\.ps1$/,
    probes: scripts.windowsProbes,
    runner: 'holdfast-scan.ps1',
  },
} as const;

interface Placed extends ArchivedFile {
  readonly script: Script;
  readonly sha256: string;
  /** The folder that it came from. */
  readonly from: string;
  /** The folder that it goes into. */
  readonly to: string;
}

function placesOf(checks: readonly Script[], platform: HostPlatform): readonly Placed[] {
  const shipped = platform === 'windows' ? scripts.windowsChecks : scripts.checks;
  const own = [...new Set(checks.map(({ path }) => dirname(path)))].filter((folder) => folder !== shipped);
  const other = checks.find(({ header }) => header.platform !== platform);
  if (other) {
    const attempted = `Make an archive for ${platform}`;
    throw hostErrors('host_bundle_impossible', {
      attempted,
      detail: `${other.header.id} is for ${other.header.platform}`,
    });
  }
  return checks.map((script) => {
    const from = dirname(script.path);
    const to = from === shipped ? `checks/${platform}` : `checks/own-${own.indexOf(from) + 1}`;
    const bytes = readFileSync(script.path);
    return { script, from, to, path: `${to}/${basename(script.path)}`, bytes, sha256: sha256Of(bytes) };
  });
}

/** What the runner goes by, so that it has no header to read. */
function checkLine(header: CheckHeader, path: string, sha256: string): string {
  const { id, timeoutMs, needsRoot, applies } = header;
  const probes = needsOf(header).join(',') || '-';
  const here = applies.map((each) => ('name' in each ? `${each.kind} ${each.name}` : each.kind)).join('|');
  return `${[id, sha256, path, timeoutMs / 1000, needsRoot, probes, here].join('\t')}\n`;
}

/** Those that checks, probes and what they are written with consist of. */
function folderFiles(folder: string, to: string): readonly ArchivedFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isFile() && /\.(?:sh|ps1|awk|tsv|txt)$/.test(each.name))
    .map(({ name }) => fileAt(folder, name, `${to}/`));
}

function fileAt(folder: string, name: string, to: string): ArchivedFile {
  const bytes = readFileSync(join(folder, name));
  if (bytes.length <= MOST_OF_A_FILE && !/[^A-Za-z0-9_.-]/.test(name) && name.length <= 64) {
    return { path: `${to}${name}`, bytes };
  }
  throw hostErrors('host_bundle_impossible', {
    attempted: `Put ${join(folder, name)} into an archive`,
    detail:
      'it is larger than 4 MiB, or its name has other characters than letters, digits, dots and dashes, or over 64',
  });
}

function textFile(path: string, text: string): ArchivedFile {
  return { path, bytes: Buffer.from(text) };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
