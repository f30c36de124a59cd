/** A certificate in files that somebody else keeps up to date: certbot, a secrets store, a person. */
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { repeat } from '../../base/timing/repeat.ts';
import { type CertificateFacts, type CertificatePair, readPair, refuseExpired } from '../certificate-pair.ts';
import type { CertificateSource, CertificateTrouble } from '../certificate-source.ts';
import { tlsErrors } from '../errors.ts';
import { servedPair } from '../served-pair.ts';

export interface GivenFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface GivenOptions extends GivenFiles {
  /** How often the files are read again. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Far beyond a chain of certificates. */
const MAX_BYTES = 1_048_576;

/**
 * Reads the files and reads them again every `everyMs`: by what they hold, since renewing programs swap links, folders and files in
 * ways that no notification of the system tells alike. A pair that does not fit (often one file is written before the
 * other) or has expired is not taken up: the one before goes on, and what is wrong is told once.
 *
 * Throws `tls_unreadable`, `tls_expired`: with nothing to serve there is no start.
 */
export async function openGivenCertificate(options: GivenOptions): Promise<CertificateSource> {
  const { clock, log, everyMs } = options;
  const attempted = `Use the TLS certificate ${options.certFile} with the key ${options.keyFile}`;
  const first = await readFiles(options, attempted);
  const firstFacts = readPair(first, attempted);
  refuseExpired(firstFacts, clock(), attempted);
  const served = servedPair(first, firstFacts);
  let trouble: CertificateTrouble | null = null;

  const look = async (): Promise<void> => {
    try {
      const pair = await readFiles(options, attempted);
      if (!isSame(pair, served.current)) {
        const facts = readPair(pair, attempted);
        refuseExpired(facts, clock(), attempted);
        served.replace(pair, facts);
        log.info({ until: new Date(facts.untilMs).toISOString() }, 'The TLS certificate was renewed');
      }
      trouble = null;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (trouble === null) {
        log.warn(
          { code: error.code, detail: error.detail },
          'A changed TLS certificate is not used; the one before is',
        );
      }
      // As it is now, since when it lasts.
      trouble = { atMs: trouble?.atMs ?? clock(), code: error.code, what: `${error.message}.`, remedy: error.remedy };
    }
  };
  const watch = repeat(everyMs, look);
  return {
    kind: 'files',
    get current() {
      return served.current;
    },
    get facts() {
      return served.facts;
    },
    get trouble() {
      return trouble;
    },
    onChange: (listener) => served.onChange(listener),
    challenges: null,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

/** What stands in the files now, for whoever looks at a server that is stopped. Throws `tls_unreadable`. */
export async function readGivenFacts(files: GivenFiles): Promise<CertificateFacts> {
  const attempted = `Read the TLS certificate ${files.certFile} with the key ${files.keyFile}`;
  return readPair(await readFiles(files, attempted), attempted);
}

/** Whether other users of this machine can read the private key. */
export async function isKeyShared({ keyFile }: GivenFiles): Promise<boolean> {
  const { mode } = await stat(keyFile);
  return process.platform !== 'win32' && (mode & 0o004) !== 0;
}

async function readFiles({ certFile, keyFile }: GivenFiles, attempted: string): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([readOne(certFile, attempted), readOne(keyFile, attempted)]);
  return { cert, key };
}

async function readOne(file: string, attempted: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw tlsErrors('tls_unreadable', { attempted, detail: `${file} is too large` });
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw tlsErrors('tls_unreadable', { attempted, detail: `${file}: ${code}`, cause });
  }
}

function isSame(one: CertificatePair, other: CertificatePair): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key);
}
