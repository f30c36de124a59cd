import { errorCatalogue } from '../../base/errors.ts';

/** What goes wrong between the server and a certificate authority. The certificate that is there goes on being served. */
export const acmeErrors = errorCatalogue({
  acme_unreachable: {
    status: 502,
    title: 'The certificate authority cannot be reached',
    remedy: 'Look at the way out of this machine and at HOLDFAST_ACME_DIRECTORY; it is tried again by itself.',
  },
  acme_refused: {
    status: 502,
    title: 'The certificate authority refuses',
    remedy: 'Mend what it says; it is tried again by itself, and after a new start within a quarter of an hour.',
  },
  acme_account_wanted: {
    status: 502,
    title: 'The certificate authority serves only those who have an account with it',
    remedy:
      'Get a key for external account binding from it, name it in HOLDFAST_ACME_EAB_KEY_ID, put the key into a file, and name that in HOLDFAST_ACME_EAB_KEY_FILE.',
  },
  acme_limited: {
    status: 429,
    title: 'The certificate authority takes no more requests for now',
    remedy: 'Nothing needs to be done: it is tried again when the authority allows it.',
  },
  acme_not_reached_us: {
    status: 502,
    title: 'The certificate authority could not see that the name is ours',
    remedy:
      'The name has to lead to this machine, and the port (443 for tls-alpn-01, 80 for http-01) has to be open to the whole world.',
  },
  acme_answer_invalid: {
    status: 502,
    title: 'The certificate authority answers what it should not',
    remedy: 'See whether HOLDFAST_ACME_DIRECTORY is the address of an ACME directory (RFC 8555).',
  },
});
