import { errorCatalogue } from '../base/errors.ts';

/** What goes wrong with the certificate that the server shows. */
export const tlsErrors = errorCatalogue({
  tls_unreadable: {
    status: 500,
    title: 'The TLS certificate or its key cannot be used',
    remedy: 'Give the certificate (with its chain) and the matching private key as PEM files this user can read.',
  },
  tls_expired: {
    status: 500,
    title: 'The TLS certificate has expired, so that no program would talk to this server',
    remedy: 'Put a renewed certificate and its key in the place of the files and start again.',
  },
  tls_unwritable: {
    status: 500,
    title: 'The TLS certificate of the server cannot be kept',
    remedy: 'Look at the disk and the permissions of the folder that is named; then start again.',
  },
});
