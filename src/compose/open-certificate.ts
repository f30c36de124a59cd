/** The certificate that the configuration names, and what answers in clear beside it. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config/index.ts';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { parseHost } from '../base/http/addresses.ts';
import { tlsFolderOf } from './tls-folder.ts';
import { version } from '../base/version.ts';
import { openRedirect, type Redirect } from '../server/index.ts';
import {
  type AcmeCertificate,
  type CertificateSource,
  tlsErrors,
  isKeyShared,
  openGivenCertificate,
  openAcmeCertificate,
  readExternalAccount,
  openSelfMade,
  selfMadeFile,
} from '../tls/index.ts';

export interface OpenCertificate extends AsyncDisposable {
  /** `null`: plain HTTP. */
  readonly source: CertificateSource | null;
  /** Things a person should look at, one sentence each. */
  readonly warnings: readonly string[];
  /** The server listens: begins to send browsers to its port, where that is wanted, and to ask for a certificate. */
  redirectTo(securePort: number): Promise<Redirect>;
}

const NO_REDIRECT: Redirect = { addresses: [], async [Symbol.asyncDispose]() {} };
const SOON_MS = 14 * 86_400_000;

/** Throws `tls_unreadable`, `tls_expired`. */
export async function openCertificate(
  config: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<OpenCertificate> {
  const source = await openSource(config, clock, log);
  const warnings: string[] = [];
  if (config.tls?.kind === 'files' && (await isKeyShared(config.tls))) {
    warnings.push('The TLS key can be read by every user of this machine: chmod 600 it.');
  }
  if (source?.kind === 'files') {
    const { fromMs, untilMs } = source.facts;
    const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    if (untilMs - clock() < SOON_MS) warnings.push(`The TLS certificate expires on ${day(untilMs)}: renew it soon.`);
    if (fromMs > clock())
      warnings.push(`The TLS certificate is good from ${day(fromMs)} on only, or this clock is wrong.`);
  }
  if (source?.kind === 'self-made') {
    warnings.push(
      `The TLS certificate is self-made: compare its fingerprint (SHA-256) when you connect. ${source.facts.fingerprint}`,
      `Programs trust it when they are given ${selfMadeFile(tlsFolderOf(config))}; for Holdfast's own: NODE_EXTRA_CA_CERTS.`,
    );
  }
  if (config.tls?.kind === 'acme' && source?.trouble) {
    warnings.push(
      `A certificate for ${config.tls.names.join(', ')} is asked for now; a self-made one is served until it comes.`,
    );
  }
  return {
    source,
    warnings,
    async redirectTo(securePort) {
      const { redirectPort, openedSockets, hosts, publicUrl, settings } = config;
      const opened = openedSockets?.redirect ?? [];
      const acme = acmeOf(source);
      if (source === null || (redirectPort === null && opened.length === 0)) {
        acme?.begin();
        return NO_REDIRECT;
      }
      const redirect = await openRedirect({
        ...{ hosts, port: redirectPort ?? 0, ...(opened.length > 0 && { opened }), publicUrl, securePort, log },
        challengeAnswer: (token) => acme?.answerFor(token) ?? null,
        settings: settings.server,
      });
      // Once everything listens: the authority comes back at once.
      acme?.begin();
      return redirect;
    },
    async [Symbol.asyncDispose]() {
      await source?.[Symbol.asyncDispose]();
    },
  };
}

function acmeOf(source: CertificateSource | null): AcmeCertificate | null {
  return source !== null && 'begin' in source ? (source as AcmeCertificate) : null;
}

async function readAuthority(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? '';
    throw tlsErrors('tls_unreadable', { attempted: `Read HOLDFAST_ACME_CA, ${file}`, detail, cause });
  }
}

async function openSource(config: Config, clock: Clock, log: Log): Promise<CertificateSource | null> {
  const { tls, settings } = config;
  if (tls === null) return null;
  if (tls.kind === 'self-made') {
    return await openSelfMade({ folder: tlsFolderOf(config), names: ownNames(config), clock });
  }
  if (tls.kind === 'acme') {
    return await openAcmeCertificate({
      ...{ folder: tlsFolderOf(config), directoryUrl: tls.directoryUrl, email: tls.email, names: tls.names },
      ...{ challengeType: tls.challenge, settings: settings.tls, userAgent: `holdfast/${version}`, clock, log },
      ca: tls.caFile === null ? null : await readAuthority(tls.caFile),
      externalAccount:
        tls.externalAccount && (await readExternalAccount(tls.externalAccount.keyId, tls.externalAccount.keyFile)),
    });
  }
  return await openGivenCertificate({ ...tls, everyMs: settings.tls.tlsCheckMs, clock, log });
}

/** By what this machine may be reached. Its own addresses of the moment are not among them: they change, and the fingerprint would. */
function ownNames({ publicUrl, hosts }: Config): string[] {
  const listened = (hosts ?? []).filter((host) => host !== '0.0.0.0' && host !== '::');
  const all = ['localhost', '127.0.0.1', '::1', ...listened, hostname(), publicUrl?.hostname ?? 'localhost'];
  return [...new Set(all.flatMap((name) => parseHost(name)?.host ?? parseHost(`[${name}]`)?.host ?? []))];
}
