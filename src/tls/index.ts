/**
 * The certificate that the server shows: given in files, made here, or got from a certificate authority by ACME. Each
 * is a source that goes on being served while it is renewed.
 */
export { readPair, type CertificateFacts, type CertificatePair } from './certificate-pair.ts';
export type { CertificateKind, CertificateSource, CertificateTrouble } from './certificate-source.ts';
export { isKeyShared, openGivenCertificate, readGivenFacts } from './given/given-certificate.ts';
export { keptPairFile, readKeptPair } from './made/kept-pair.ts';
export { openSelfMade, selfMadeFile } from './made/self-made.ts';
export { type AcmeCertificate, openAcmeCertificate } from './acme/acme-certificate.ts';
export { readExternalAccount } from './acme/external-account.ts';
export { acmeErrors } from './acme/errors.ts';
export { challengeTypes, type ChallengeType } from './acme/challenges.ts';
export { tlsErrors } from './errors.ts';
export { tlsSettings } from './settings.ts';
