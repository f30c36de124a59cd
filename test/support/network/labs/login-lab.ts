/** Runs in namespaces of its own for network and mounts: real servers that people log in to, while tcpdump writes it down. */
import { execFileSync } from 'node:child_process';
import { actFtp } from '../acts/ftp-acts.ts';
import { actMail } from '../acts/mail-acts.ts';
import { actPostgresql } from '../acts/postgresql-acts.ts';
import { makeCertificate } from '../acts/certificate.ts';
import { captureWire } from './captured-wire.ts';

const [capture = '', folder = ''] = process.argv.slice(2);
execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', '/run']);
const certificate = makeCertificate(folder);
const wire = await captureWire(capture);
await actPostgresql(certificate);
await actMail(certificate);
await actFtp(folder);
await wire.close();
