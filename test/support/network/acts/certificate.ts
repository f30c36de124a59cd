/** A certificate that vouches for itself, as the servers of a lab have it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The files of the certificate and its key. */
export function makeCertificate(folder: string): readonly [string, string] {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/O=Holdfast/CN=lab.example', '-addext', 'subjectAltName=DNS:lab.example'];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '90', '-out', certificate, '-keyout', key];
  execFileSync('openssl', ['req', ...made, ...subject], { stdio: 'ignore' });
  return [certificate, key];
}
